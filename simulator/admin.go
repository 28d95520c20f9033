package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// WithAdmin opens /admin, for tests in other processes and languages, to requests with "Authorization: Bearer token". Without it, or with an
// empty token, there is nothing there.
//
//	GET    /admin/faults    the rules, as ParseFaults reads them; how often each kind happened follows in comments
//	PUT    /admin/faults    replaces them by the text of the body
//	DELETE /admin/faults    ends them
//	GET    /admin/audit     the audit log, as a JSON array of Event
//	POST   /admin/restart   Handler.Restart
//
// Faults do not happen to these requests.
func WithAdmin(token string) Option {
	return func(cfg *config) { cfg.admin = token }
}

// serveAdmin serves a request below /admin and reports whether it was one.
func (h *Handler) serveAdmin(w http.ResponseWriter, r *http.Request) bool {
	what, ok := strings.CutPrefix(r.URL.Path, "/admin/")
	if h.admin == "" || !ok {
		return false
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	have, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(h.admin))
	if subtle.ConstantTimeCompare(have[:], want[:]) != 1 || !ok {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "the token is missing or wrong", http.StatusUnauthorized)
		return true
	}
	switch r.Method + " " + what {
	case "GET faults":
		h.showFaults(w)
	case "DELETE faults":
		h.faults.set(Faults{})
		w.WriteHeader(http.StatusNoContent)
	case "PUT faults":
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var f Faults
		if err == nil {
			f, err = ParseFaults(string(text))
		}
		if err == nil {
			err = h.SetFaults(f)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return true
		}
		w.WriteHeader(http.StatusNoContent)
	case "GET audit":
		data, err := json.Marshal(h.Audit())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return true
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(data) // the other side may have gone
	case "POST restart":
		w.WriteHeader(http.StatusAccepted)
		_ = http.NewResponseController(w).Flush() // before the connection is reset with all others
		h.Restart()
	default:
		http.Error(w, "there is no "+r.Method+" /admin/"+what, http.StatusNotFound)
	}
	return true
}

func (h *Handler) showFaults(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, h.Faults().String()) // the other side may have gone
	for _, line := range countLines(h.FaultCounts()) {
		_, _ = io.WriteString(w, "# "+line+"\n")
	}
}
