// Package xsd reads W3C XML Schema 1.0 documents into schema components, in the terms of the recommendation:
// element declarations, complex and simple types, particles, model groups, wildcards, attribute uses, facets.
//
// [Load] returns either the whole schema, resolved and checked, or errors that each name a file, a line and a component;
// never both. Inherited content, inherited attributes, group references and attribute group references are worked in,
// so a caller sees the effective content of each type; where a particle or an attribute came from is kept beside it.
//
// Nothing is skipped silently: what the package does not know in the namespace of XML Schema is an error, and attributes
// of other namespaces are kept with the component that carries them. Identity constraints and notations describe
// documents and not data; they are kept as notes.
//
// Components are plain data that refer to each other by pointer. They are shared and recursive, and must not be changed.
package xsd
