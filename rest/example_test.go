package rest_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// A Mux serves operations.
func ExampleMux() {
	m := rest.NewMux()
	m.Handle(rest.Handler{
		Op: &rest.Operation{Name: "Machines.ID.Restart", Method: "POST", Path: "/machines/{ID}", Query: "action=restart", Codes: []int{202}},
		Serve: func(_ context.Context, r *rest.Request, _ xsdbind.Struct) (xsdbind.Struct, error) {
			if r.Path[0] != "7" {
				return nil, rest.Faultf(404, "There is no machine %s.", r.Path[0])
			}
			return nil, nil
		},
	})
	for _, target := range []string{"/api/machines/7?action=restart", "/API/Machines/7/?Action=RESTART", "/api/machines/8?action=restart", "/api/machines/7"} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest("POST", target, nil))
		fmt.Println(w.Code)
		fmt.Print(w.Body)
	}
	// Output:
	// 202
	// 202
	// 404
	// There is no machine 8.
	// 400
	// POST /api/machines/7 needs a query of: ?action=restart.
}

// Target writes the address of a call, escaped.
func ExampleOperation_Target() {
	op := &rest.Operation{Name: "Machines.ID.Restart", Method: "POST", Path: "/machines/{ID}", Query: "action=restart"}
	fmt.Println(op.Target([]string{"rack 1/7"}, nil))
	// Output: /machines/rack%201%2F7?action=restart <nil>
}
