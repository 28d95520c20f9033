package xsdtype

// The types of the built-ins whose lexical form is kept. Each is a string as it was written, white space included.
type (
	// DateTime is an xs:dateTime: 2006-01-02T15:04:05, then an optional fraction, then an optional zone.
	DateTime string
	// Date is an xs:date: 2006-01-02 with an optional zone.
	Date string
	// Time is an xs:time: 15:04:05 with an optional fraction and zone.
	Time string
	// GYear is an xs:gYear: 2006 with an optional zone.
	GYear string
	// GYearMonth is an xs:gYearMonth: 2006-01 with an optional zone.
	GYearMonth string
	// GMonth is an xs:gMonth: --01 with an optional zone.
	GMonth string
	// GMonthDay is an xs:gMonthDay: --01-02 with an optional zone.
	GMonthDay string
	// GDay is an xs:gDay: ---02 with an optional zone.
	GDay string
	// Duration is an xs:duration: P1Y2M3DT4H5M6.7S, or a part of it, with an optional minus.
	Duration string
	// Decimal is an xs:decimal: digits with an optional sign and point, of any length.
	Decimal string
	// Integer is an xs:integer or one of the unbounded types derived from it.
	Integer string
	// Base64Binary is an xs:base64Binary.
	Base64Binary string
	// HexBinary is an xs:hexBinary.
	HexBinary string
	// QName is an xs:QName as it was written: a prefix that the document declared, a colon and a name.
	QName string
	// AnyURI is an xs:anyURI.
	AnyURI string
)
