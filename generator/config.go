package generator

// Config says what to generate, and from what.
type Config struct {
	XSD      []string // schema documents; what they include and import is read too
	Fallback []string // schema documents that supply what XSD lacks

	Operations string // table of operations; "" generates the types alone
	JSON       string // JSON names that the rule misses; "" is Default's
	Names      string // lock of Go names, which is written back; "" reads Default's and keeps none
	Queries    string // table of what can be queried; "" is Default's

	// Default gives the tables for a target namespace, where JSON, Names and Queries are "". It may be nil.
	Default func(namespace string) Tables

	Out     string // directory that gets the packages
	Package string // name of the package of types
	Module  string // import path of Out; "" is found from the go.mod around it

	// RequireAll makes it an error that an operation's element is not declared. Otherwise such operations are left out, and reported.
	RequireAll bool
}

// Result is what a run generates, all in memory: see Write.
type Result struct {
	Files  []File
	Names  []byte   // the lock of Go names with what this run added, for Config.Names; nil when there is none
	Report []string // what a user should know: what was left out, what came from a fallback; one line each
}

// Tables are what goes with a schema. A nil one is none.
type Tables struct {
	JSON    []byte // JSON names that the rule misses
	Names   []byte // lock of Go names
	Queries []byte // what can be queried, and by which fields
}

// File is a generated file.
type File struct {
	Path string // below Config.Out, with forward slashes
	Data []byte
}
