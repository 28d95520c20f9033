package xsdbind_test

import (
	"math"
	"reflect"

	"github.com/vbem-go/vbem/xsdbind"
)

func inf(sign int) float64 { return math.Inf(sign) }

func nan() float64 { return math.NaN() }

// blank returns a zero value of v's type.
func blank(v xsdbind.Struct) xsdbind.Struct {
	return reflect.New(reflect.TypeOf(v).Elem()).Interface().(xsdbind.Struct)
}
