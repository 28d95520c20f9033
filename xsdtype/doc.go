// Package xsdtype has Go types for the XML Schema built-ins whose written form matters, and for content that a schema
// does not know.
//
// The types of dates, durations and unbounded numbers are strings: a value that was read keeps the form in which it
// was written (no time zone stays no time zone, seven digits of a second stay seven), values compare with ==, and a
// zero value is an absent or empty text. Each type has Valid, which checks the lexical form, and methods that give
// the value: [DateTime.Time], [Duration.TimeDuration], [Decimal.Rat], [Base64Binary.Bytes]. White space around a value
// is tolerated, as XML Schema says.
//
// [Extra] keeps what a document had and its schema does not know.
//
// Nothing in this package changes a value that it was not asked to change; all of it is safe for concurrent use in the
// way of plain values.
package xsdtype
