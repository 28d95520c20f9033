// Package conformance checks that the bindings say what the API says: the documented exchanges, and the checks that run over them,
// over any folder of messages, and over a live server.
//
// The checks trust nothing that they check. Documents are compared by etree ([github.com/vbem-go/vbem/conformance/canonical]), and which order
// of elements is allowed comes from an own reading of the XML Schema ([github.com/vbem-go/vbem/conformance/model]), not from generated tables.
//
// What holds for every complete message whose root element the schema declares:
//
//   - decode and encode give back the same document, by the bindings' own codec, by encoding/xml and by encoding/json;
//   - strict mode accepts it;
//   - another namespace prefix changes nothing, and encoding/xml reads what is written;
//   - unknown elements at each gap and unknown attributes on each element come back in their places, also when one known field is changed.
//
// For requests, each swap of neighbouring elements that the schema forbids is refused by strict mode with the place, read by lenient mode as
// if it were in order, and written in order; each swap that it allows keeps its new order. Documents that are not well-formed give an
// error with the place; documents in which something is left out with dots give an error about text.
package conformance
