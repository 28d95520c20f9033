// Package xmltext reads and writes XML token by token: the syntactic layer, as encoding/json/jsontext is to JSON.
//
// A [Decoder] reads a document in memory, from an io.Reader, or from the tokens of encoding/xml, and gives the same tokens for
// all three. An [Encoder] appends to a buffer. Neither knows schemas or Go types; package xsdbind does.
//
// # What a Decoder checks
//
// The checks below are always on. The first that fails ends the reading with a [*SyntaxError], which names line, column and offset.
//
//   - The document is well-formed by XML 1.0 (fifth edition) and by Namespaces in XML 1.0: one root element, matching end tags, quoted
//     attribute values separated by white space, no < in values, no ]]> in text, no -- in comments, names of name characters.
//   - No attribute occurs twice, neither by its name as written nor by namespace and local name.
//   - Every prefix is declared. The prefixes xml and xmlns and their namespaces are bound to each other alone.
//   - The encoding is UTF-8, with or without byte order mark. A declared encoding must be UTF-8 or US-ASCII;
//     others, and what looks like UTF-16, are refused ([ErrEncoding]).
//   - Every character is allowed (production Char), in comments and instructions too, and so is every character that a reference names.
//   - There are no entities but lt, gt, amp, apos and quot. A document type declaration is
//     refused ([ErrDTD]), so there is nothing to expand and nothing to fetch.
//   - The XML declaration stands at the very beginning and has a version 1.x, then optionally encoding and standalone.
//   - The limits of [Options] hold ([ErrLimit]).
//
// # What it delivers
//
//   - Start and end tags with expanded names; <a/> is a start tag and an end tag. Namespace declarations are not among the attributes.
//   - Text in one token: characters, CDATA sections and references between two tags are one [Text], however they were written, and comments
//     and processing instructions between them are passed over. Text is never empty.
//     White space between elements is text ([Decoder.IsSpace]); outside of the root element it is passed over.
//   - Line ends normalised: \r\n and \r are \n, unless written as a reference. In attribute values each
//     literal tab and line end is a space (3.3.3, for values of type CDATA).
//   - [EndDocument] after the root's end tag, when nothing but white space, comments and instructions follows.
//
// What a Decoder hands out as bytes is valid until the next token is read. [Decoder.String] makes copies that last.
//
// # Memory and time
//
// A decoder over an io.Reader holds a window: 4 KB at first, 64 KB in a long document, more only for a token that needs more, up
// to twice [Options].MaxToken. Memory besides grows with the depth of the elements, not with their number, and nothing is
// allocated for a token.
//
// Time is in proportion to the document's length, whatever it holds and in whatever pieces it comes: prefixes are found and
// duplicate attributes detected in steps that do not grow with the number of declarations and attributes (but for the
// logarithm of sorting them), nor with the length of the namespaces that short prefixes stand for. Two factors remain,
// which limits bound: the declarations in scope, for each prefixed attribute that [Decoder.Capture] writes, and the window's growth.
//
// Strings from [Decoder.String] are cut from chunks of 4096 bytes ([ArenaChunk]): one that is kept keeps at most
// that much, or its own length if it is longer than 1 KB, and never the document.
//
// # Differences from encoding/xml
//
// encoding/xml accepts documents that are not well-formed: duplicate attributes, undeclared prefixes, attributes without white space
// between them, several root elements and text around them, references to surrogates, misplaced XML declarations, forbidden characters in comments.
// This package refuses them. It accepts what encoding/xml refuses in three cases: XML version 1.x, the encoding US-ASCII, and the name
// characters of the fifth edition. The whole list is in differences_test.go, and a fuzz target knows no others.
// The W3C XML conformance suite, where it is to be had, runs without a deviation (TestXMLConformanceSuite says what is counted apart).
//
// A decoder over tokens of encoding/xml ([NewTokenDecoder]) cannot check what encoding/xml has thrown away: undeclared prefixes,
// white space between attributes, white space normalisation in values, and what stands around the element.
//
// # What an Encoder promises
//
// What [Encoder.Finish] returns is well-formed and reads back as what was written, carriage returns, tabs and line feeds in attribute
// values included. Bad names, forbidden characters, invalid UTF-8, duplicate attributes, attributes after content,
// unclosed elements and raw XML that does not stand alone are errors. Elements are written
// without prefix, under default namespace declarations; an element with nothing in it is <a/>. Indentation never adds white space to an element that holds text.
package xmltext
