package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/vbem-go/vbem/simulator"
)

// A server for a test: everything that a client needs to know is in four fields.
func ExampleNew() {
	em := simulator.New(simulator.DefaultModel())
	defer em.Close()

	fmt.Println(strings.HasPrefix(em.URL, "https://127.0.0.1:"))
	fmt.Println(em.Username, len(em.Password) > 0, len(em.Thumbprint))
	// Output:
	// true
	// SIM\Administrator true 95
}

// A clock that the test turns makes a failover as fast or as slow as the test wants it.
func ExampleManualClock() {
	clock := simulator.NewManualClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	em := simulator.NewHandler(simulator.DefaultModel(), simulator.WithClock(clock))

	token := logOn(em)
	vapp := "/api/cdpReplica/vApps/3555218f-e9b7-4c24-81e4-c6bd027bac1c" // vapp01 of the default model
	send(em, token, "POST", vapp+"?action=failover", latestSpec)
	fmt.Println(between(send(em, token, "GET", "/api/tasks/task-1", ""), "State"))
	clock.Advance(400 * time.Millisecond)
	fmt.Println(between(send(em, token, "GET", "/api/tasks/task-1", ""), "State"))
	clock.Advance(10 * time.Second)
	fmt.Println(between(send(em, token, "GET", "/api/tasks/task-1", ""), "State"))
	for _, e := range em.Audit() {
		fmt.Println(e.Time.Format("15:04:05"), e.Kind)
	}
	// Output:
	// Running
	// OperationFinished
	// Finished
	// 12:00:00 LoggedOn
	// 12:00:00 FailoverStarted
	// 12:00:02 FailoverFinished
}

// Rules make failovers go wrong.
func ExampleWithRules() {
	clock := simulator.NewManualClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	em := simulator.NewHandler(simulator.DefaultModel(), simulator.WithClock(clock), simulator.WithRules(
		simulator.Rule{Target: "vapp01", Times: 1, FailTask: true, Message: "The host is gone."},
	))
	token := logOn(em)
	send(em, token, "POST", "/api/cdpReplica/vApps/3555218f-e9b7-4c24-81e4-c6bd027bac1c?action=failover", latestSpec)
	clock.Advance(time.Minute)
	fmt.Println(between(send(em, token, "GET", "/api/tasks/task-1", ""), "Message"))
	// Output: The host is gone.
}

func ExampleCoverage() {
	for _, c := range simulator.Coverage() {
		if strings.HasPrefix(c.Operation.Name, "Tasks.") {
			fmt.Println(c.Operation.Method, c.Operation.Path, c.Support)
		}
	}
	// Output:
	// GET /tasks read
	// GET /tasks/{ID} read
	// DELETE /tasks/{ID} stateful
}

func logOn(em *simulator.Handler) (token string) {
	r := httptest.NewRequest("POST", "/api/sessionMngr/?v=latest", nil)
	r.SetBasicAuth(em.Username, em.Password)
	w := httptest.NewRecorder()
	em.ServeHTTP(w, r)
	return w.Result().Cookies()[0].Value // as in the header X-RestSvcSessionId
}

func send(em http.Handler, token, method, target, body string) string {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-RestSvcSessionId", token)
	w := httptest.NewRecorder()
	em.ServeHTTP(w, r)
	return w.Body.String()
}

// between returns what stands between the tags of the first element with a name.
func between(xml, name string) string {
	_, after, _ := strings.Cut(xml, "<"+name+">")
	text, _, _ := strings.Cut(after, "<")
	return text
}
