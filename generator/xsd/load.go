package xsd

// Options say what Load reads.
type Options struct {
	// Files are the schema documents; together with what they include and import they are one schema.
	Files []string
	// Fallback documents supply the named components that Files lack, and nothing else: a component of Files always wins,
	// also where a fallback document refers to it.
	Fallback []string
	// ReadFile reads a document; nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// IgnoreMissing lets includes and imports pass whose document cannot be read, as the recommendation does.
	// References that then find nothing are errors all the same.
	IgnoreMissing bool
}

// Load reads schema documents into one schema. An error is an [Errors] unless there are no files.
func Load(o Options) (*Schema, error) {
	return nil, &UnsupportedError{Construct: "everything"}
}
