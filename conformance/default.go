package conformance

import (
	"embed"
	"io/fs"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/schema"
)

//go:embed exchanges
var exchanges embed.FS

// Exchanges returns the project's own corpus: the documented exchanges of a failover, and messages written for the other operations.
func Exchanges() fs.FS {
	sub, err := fs.Sub(exchanges, "exchanges")
	if err != nil { // the name is a constant
		return exchanges
	}
	return sub
}

// withDefaults fills in what is not set.
func (o Options) withDefaults() Options {
	if o.Corpus == nil {
		o.Corpus = Exchanges()
	}
	if o.Schema == nil {
		o.Schema = schema.RestAPI()
	}
	if o.New == nil {
		o.New = ent.NewElement
	}
	if o.Operations == nil {
		o.Operations = emapi.Operations()
	}
	return o
}
