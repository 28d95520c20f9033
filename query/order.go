package query

// Order is the order in which a query about things of type T gives them. The zero Order is the server's own.
type Order[T any] struct {
	_         [0]*T // orders of other things cannot be converted
	param, by string
}

// Asc sorts by a field, the least first.
func Asc[T, V any](f Field[T, V]) Order[T] { return Order[T]{param: "sortAsc", by: string(f)} }

// Desc sorts by a field, the greatest first.
func Desc[T, V any](f Field[T, V]) Order[T] { return Order[T]{param: "sortDesc", by: string(f)} }

// Param returns the parameter of a query and its value; both are "" for the zero Order.
func (o Order[T]) Param() (name, value string) { return o.param, o.by }
