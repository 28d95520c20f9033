package xsdtype_test

import (
	"fmt"
	"time"

	"github.com/vbem-go/vbem/xsdtype"
)

func ExampleUTC() {
	berlin := time.FixedZone("CET", 3600)
	fmt.Println(xsdtype.UTC(time.Date(2021, 2, 12, 11, 0, 0, 250_000_000, berlin)))
	// Output: 2021-02-12T10:00:00.25Z
}

func ExampleDateTime_Time() {
	for _, d := range []xsdtype.DateTime{"2021-02-12T10:00:00.1234567", "2021-02-12T24:00:00+01:00"} {
		t, err := d.Time()
		fmt.Println(t.UTC(), err, d.HasZone())
	}
	// Output:
	// 2021-02-12 10:00:00.1234567 +0000 UTC <nil> false
	// 2021-02-12 23:00:00 +0000 UTC <nil> true
}

func ExampleDuration_TimeDuration() {
	d, err := xsdtype.Duration("P1DT2H").TimeDuration()
	fmt.Println(d, err)
	_, err = xsdtype.Duration("P1M").TimeDuration()
	fmt.Println(err)
	// Output:
	// 26h0m0s <nil>
	// duration "P1M": years and months differ in length: out of range
}

func ExampleDecimal_Rat() {
	r, err := xsdtype.Decimal("0.10").Rat()
	fmt.Println(r, err)
	// Output: 1/10 <nil>
}
