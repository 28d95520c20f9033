// Package schema holds what the Veeam Backup Enterprise Manager REST API is, as data.
//
// The generator turns it into the packages under gen. The data is the project's own, written from documented facts;
// README.md says from which, and how to change it.
//
//	RestAPI.xsd     the types of all messages, in XML Schema 1.0
//	operations.tsv  the operations, a row each
//	api.tsv         what the API is called, where it is served and how one logs in
//	links.tsv       what links lead to, by their types
//	json.tsv        the names in JSON that differ from the rule
//	queries.tsv     the types that can be queried, with the fields to filter and sort by
//	names.tsv       the lock of Go names: written by the generator, which only appends
//	exceptions.tsv  what the reference prints and the tables leave out, with the reason
//
// All .tsv files are UTF-8 with a header row, separated by tabs, without quoting.
package schema

import "embed"

// Namespace is the target namespace of RestAPI.xsd: the namespace of all messages.
const Namespace = "http://www.veeam.com/ent/v1.0"

// AnnotationNamespace is the namespace of the attributes in RestAPI.xsd that say what XML Schema cannot. The schema's
// own documentation lists them.
const AnnotationNamespace = "https://github.com/vbem-go/vbem/schema"

// Files holds all files of the package's data under their names.
//
//go:embed RestAPI.xsd operations.tsv api.tsv links.tsv json.tsv queries.tsv exceptions.tsv names.tsv
var Files embed.FS

//go:embed RestAPI.xsd
var restAPI string

//go:embed operations.tsv
var operations string

//go:embed json.tsv
var jsonNames string

//go:embed names.tsv
var names string

//go:embed queries.tsv
var queries string

// RestAPI returns RestAPI.xsd. The caller may change the bytes.
func RestAPI() []byte { return []byte(restAPI) }

// Operations returns operations.tsv. The caller may change the bytes.
func Operations() []byte { return []byte(operations) }

// JSON returns json.tsv. The caller may change the bytes.
func JSON() []byte { return []byte(jsonNames) }

// Queries returns queries.tsv. The caller may change the bytes.
func Queries() []byte { return []byte(queries) }

// Names returns names.tsv. The caller may change the bytes.
func Names() []byte { return []byte(names) }
