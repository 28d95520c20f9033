package capture

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/gen/emapi"
	"github.com/vbem-go/vbem/rest"
)

// Saved says what a corpus holds.
type Saved struct {
	Messages int // files
	Left     int // bodies that were not saved; the index says why
	Same     int // messages that were the same as a saved one
}

// ErrSecret says that a secret would have got into a corpus: nothing was saved.
var ErrSecret = errors.New("a secret of the log-in stands where messages are kept as they are; nothing was saved")

// Save writes what a recorder has to a folder, which must be new or empty. base is the API's base, https://em.example.com:9398/api.
func Save(dir, base string, r *Recorder) (Saved, error) {
	u, err := url.Parse(base)
	if err != nil {
		return Saved{}, errors.New("the base is no address")
	}
	list, missed := r.Exchanges()
	c := &corpus{redactor: newRedactor(u.Scheme + "://" + u.Host), path: u.EscapedPath(), files: make(map[string][]byte), count: make(map[string]int),
		have: make(map[string]bool), ops: make(map[string][]string)}
	for i := range list {
		c.add(&list[i])
	}
	c.files["index.tsv"] = []byte(strings.Join(append([]string{indexHead}, c.rows...), "\n") + "\n")
	c.files["endpoints.tsv"] = c.endpoints()
	c.files["README.md"] = []byte(fmt.Sprintf(readme, len(list), missed))
	for name, data := range c.files {
		for _, s := range r.Secrets() {
			if bytes.Contains(data, []byte(s)) || strings.Contains(name, s) {
				return Saved{}, ErrSecret
			}
		}
	}
	return c.saved, write(dir, c.files)
}

// Base finds the API's base in the address of the first request: a client begins with the API's root, with a log-in, or with its session's own resource.
func Base(list []Exchange) (string, error) {
	if len(list) == 0 {
		return "", errors.New("nothing was recorded")
	}
	u, err := url.Parse(list[0].URL)
	if err != nil {
		return "", errors.New("the first request has no address")
	}
	path := strings.ToLower(u.EscapedPath())
	end := strings.Index(path+"/", "/api/") + len("/api")
	if end < len("/api") {
		end = len(strings.TrimRight(path, "/"))
		for _, below := range []string{"/sessionmngr", "/logonsessions"} {
			if i := strings.Index(path, below); i >= 0 {
				end = min(end, i)
			}
		}
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()[:end], nil
}

const indexHead = "file\tpage\tfamily\tmethod\tpath\trole\tkind\troot\tcomplete\tstatus\twell_formed\tnote\tsource"

const readme = `# Captured traffic of an Enterprise Manager

Written by "vbem capture", of %d exchanges (%d more were too many). Names, identifiers, addresses, texts and secrets are replaced by others, the
same one by the same pseudonym in every file; names of elements, their order, types and dates are what the server sent.

- index.tsv: each message, in the order in which they went over the wire; "-" in place of a file means that the body was not saved, and the note says why
- endpoints.tsv: the operations that were met
- examples/: the messages

"vbem conformance --corpus" with this folder checks them.
`

// corpus is what is written.
type corpus struct {
	*redactor
	path  string // of the API's base
	files map[string][]byte
	rows  []string
	count map[string]int // messages of a page
	have  map[string]bool
	ops   map[string][]string
	saved Saved
}

func (c *corpus) add(x *Exchange) {
	target := x.URL
	if i := strings.Index(target, "://"); i >= 0 {
		if target = target[i+3:]; strings.Contains(target, "/") {
			target = target[strings.Index(target, "/"):]
		}
	}
	if len(target) >= len(c.path) && strings.EqualFold(target[:len(c.path)], c.path) {
		target = target[len(c.path):]
	}
	op := operation(x.Method, target)
	page := pageOf(x.Method, op)
	shown := c.shown(target)
	status := ""
	if x.Status != 0 {
		status = strconv.Itoa(x.Status) + " " + strings.ReplaceAll(http.StatusText(x.Status), " ", "")
	}
	if op != nil {
		codes := c.ops[op.Name]
		if code := strconv.Itoa(x.Status); x.Status != 0 && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		c.ops[op.Name] = codes
	}
	family, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(shown), "/"), "/")
	family, _, _ = strings.Cut(family, "?")
	row := func(role string, body []byte) {
		if len(bytes.TrimSpace(body)) == 0 && !(role == "response" && x.Cut) {
			return
		}
		c.message(row{page: page, family: family, method: x.Method, path: shown, role: role, status: status, cut: x.Cut}, body)
	}
	row("request", x.Request)
	row("response", x.Response)
	if x.Status == 0 {
		c.rows = append(c.rows, strings.Join([]string{"-", page, family, x.Method, shown, "response", "", "", "no", "", "no", "no answer came", "captured"}, "\t"))
	}
}

// shown is the target as the index has it: a filter as a person reads it.
func (c *corpus) shown(target string) string {
	s := c.target(target)
	if plain, err := url.QueryUnescape(strings.ReplaceAll(s, "+", "%20")); err == nil && !strings.ContainsAny(plain, "\t\n\r") {
		return plain
	}
	return s
}

type row struct {
	page, family, method, path, role, status string
	cut                                      bool
}

// message saves a body, or says why not.
func (c *corpus) message(w row, body []byte) {
	kind, root, note := "xml", "", ""
	var out []byte
	var err error
	first := firstByte(body)
	switch {
	case w.cut:
		err = errors.New("it did not come to its end")
	case first == '<':
		out, root, err = c.xml(body)
		if err == nil && strings.EqualFold(root, "html") {
			err = errors.New("it is HTML")
		}
	case first == '{' || first == '[':
		kind = "json"
		if out, root, err = c.json(body); root != "" {
			root = "{" + root + "…}"
		}
	default:
		kind, err = "text", errors.New("it is neither XML nor JSON")
	}
	if w.role == "request" {
		w.status = ""
	}
	if err != nil {
		c.saved.Left++
		note = fmt.Sprintf("%v (%d bytes)", err, len(body))
		c.rows = append(c.rows, strings.Join([]string{"-", w.page, w.family, w.method, w.path, w.role, kind, "", "no", w.status, "no", note, "captured"}, "\t"))
		return
	}
	same := strings.Join([]string{w.page, w.path, w.role, w.status, string(out)}, "\x00")
	if c.have[same] {
		c.saved.Same++
		return
	}
	c.have[same] = true
	c.count[w.page]++
	file := fmt.Sprintf("examples/%s--%d.%s.%s", w.page, c.count[w.page], w.role, kind)
	c.files[file] = out
	c.saved.Messages++
	c.rows = append(c.rows, strings.Join([]string{file, w.page, w.family, w.method, w.path, w.role, kind, root, "yes", w.status, "yes", note, "captured"}, "\t"))
}

func firstByte(b []byte) byte {
	if b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\ufeff"))); len(b) > 0 {
		return b[0]
	}
	return 0
}

// operation finds the row of the operation table that a request belongs to; nil when there is none.
func operation(method, target string) *rest.Operation {
	path, query, _ := strings.Cut(target, "?")
	got := strings.Split(strings.Trim(path, "/"), "/")
	have, _ := url.ParseQuery(strings.ReplaceAll(query, ";", "%3B"))
	var best *rest.Operation
	score := -1
	for _, op := range emapi.Operations() {
		want := strings.Split(strings.Trim(op.Path, "/"), "/")
		if op.Method != method || len(want) != len(got) {
			continue
		}
		n := 0
		for i := range want {
			switch {
			case strings.EqualFold(want[i], got[i]):
				n += 2
			case !strings.HasPrefix(want[i], "{"):
				n = -1000
			}
		}
		for pair := range strings.SplitSeq(op.Query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			switch {
			case name == "":
			case strings.EqualFold(have.Get(name), value):
				n++
			default:
				n = -1000
			}
		}
		if n > score {
			best, score = op, n
		}
	}
	return best
}

// pageOf names the messages of an operation, in the manner of the reference's pages.
func pageOf(method string, op *rest.Operation) string {
	if op == nil {
		return strings.ToLower(method) + "_unknown"
	}
	var b strings.Builder
	b.WriteString(strings.ToLower(method))
	for segment := range strings.SplitSeq(strings.Trim(op.Path, "/"), "/") {
		if segment != "" {
			b.WriteString("_" + strings.ToLower(strings.Trim(segment, "{}")))
		}
	}
	for pair := range strings.SplitSeq(op.Query, "&") {
		if name, value, _ := strings.Cut(pair, "="); name != "" {
			b.WriteString("_" + strings.ToLower(name+value))
		}
	}
	return b.String()
}

// endpoints tells which operations were met.
func (c *corpus) endpoints() []byte {
	out := []string{"page\tmethod\tpath\tfixed_query\tsuccess_codes\trequest_root\tresponse_root\tresponse_root_reference\tresponse_root_source\ttitle\tbuild"}
	for _, op := range emapi.Operations() {
		if codes, met := c.ops[op.Name]; met {
			out = append(out, strings.Join([]string{pageOf(op.Method, op), op.Method, op.Path, op.Query, strings.Join(codes, "|"), op.Request,
				strings.Join(op.Responses, "|"), "", "", op.Name, ""}, "\t"))
		}
	}
	return []byte(strings.Join(out, "\n") + "\n")
}

// write makes the folder, whole or not at all.
func write(dir string, files map[string][]byte) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: the folder is not empty", dir)
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	staged, err := os.MkdirTemp(parent, ".vbem-capture-*")
	if err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(staged, filepath.FromSlash(name))
		if err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			break
		}
	}
	if err == nil {
		if err = os.Remove(dir); errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	}
	if err == nil {
		err = os.Rename(staged, dir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(staged))
	}
	return nil
}
