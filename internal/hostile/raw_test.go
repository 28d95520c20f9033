package hostile_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vbem-go/vbem/simulator"
)

// What is no HTTP is refused before the API sees it, and what two readers could read in two ways is never read as two requests.
func TestHostileHTTP(t *testing.T) {
	em := simulator.New(simulator.DefaultModel())
	defer em.Close()
	for name, tc := range map[string]struct {
		text   string
		status int // 0: the connection ends without an answer
	}{
		"no HTTP":                   {"hello\r\n\r\n", 400},
		"no version":                {"GET /api/\r\n\r\n", 400},
		"HTTP 9":                    {"GET /api/ HTTP/9.9\r\nHost: x\r\n\r\n", 505},
		"no host":                   {"GET /api/ HTTP/1.1\r\n\r\n", 400},
		"two hosts":                 {"GET /api/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
		"a host with a slash":       {"GET /api/ HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
		"a percent sign too much":   {"GET /api/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		"a blank in the path":       {"GET /api/ tasks HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		"a header without a colon":  {"GET /api/ HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n", 400},
		"a blank before the colon":  {"GET /api/ HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n", 400},
		"a null in a header":        {"GET /api/ HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n", 400},
		"two lengths":               {"POST /api/sessionMngr/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400},
		"a negative length":         {"POST /api/sessionMngr/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		"a length with a plus":      {"POST /api/sessionMngr/ HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 400},
		"an unknown encoding":       {"POST /api/sessionMngr/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
		"chunked twice":             {"POST /api/sessionMngr/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501},
		"headers that do not end":   {"GET /api/ HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: "+strings.Repeat("x", 1000)+"\r\n", 100) + "\r\n", 431},
		"a target that is too long": {"GET /api/" + strings.Repeat("x", 200_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		"a broken chunk":            {"POST /api/cdpReplicas HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", 401},
		"HTTP/2's first words":      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404},
		"a proxy's CONNECT":         {"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", 404},
		"another server's address":  {"GET http://elsewhere.example/etc HTTP/1.1\r\nHost: x\r\n\r\n", 404},
	} {
		c, err := tls.Dial("tcp", strings.TrimPrefix(em.URL, "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = io.WriteString(c, tc.text) // the other side may end it before all is sent
		}()
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case resp.StatusCode != tc.status:
			body, _ := io.ReadAll(resp.Body)
			t.Errorf("%s: status %d, want %d: %.200s", name, resp.StatusCode, tc.status, body)
		}
		_ = c.Close()
	}
	if log := em.Audit(); len(log) != 0 {
		t.Errorf("something was carried out: %+v", log)
	}
}
