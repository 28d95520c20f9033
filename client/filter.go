package client

import "github.com/vbem-go/vbem/query"

// Filter is a condition of a query about things of type T. The zero Filter admits everything.
// Make one from the fields of package gen/fields: fields.CdpReplicaName.Eq("vapp02").
type Filter[T any] = query.Filter[T]

// Field is a field of T that queries filter and sort by.
type Field[T any] = query.Field[T]

// Fields by what they hold, for those that package gen/fields lacks: client.StringField[ent.CdpReplica]("Name").
type (
	StringField[T any] = query.StringField[T]
	EnumField[T any]   = query.EnumField[T, string]
	BoolField[T any]   = query.BoolField[T]
	IntField[T any]    = query.IntField[T]
	FloatField[T any]  = query.FloatField[T]
	TimeField[T any]   = query.TimeField[T]
)

// And admits what all of the filters admit. Zero filters are passed over.
func And[T any](all ...Filter[T]) Filter[T] { return query.And(all...) }

// Or admits what any of the filters admits. A zero filter admits everything, so the result does too.
func Or[T any](any ...Filter[T]) Filter[T] { return query.Or(any...) }

// RawFilter is a filter written by hand in EM's syntax. It is sent as it is, unless it is too long: see [Query.MaxLength].
func RawFilter[T any](text string) Filter[T] { return query.RawFilter[T](text) }
