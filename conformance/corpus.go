package conformance

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"
)

// IndexFile lists the messages of a corpus: one row each, tab-separated, with a header row that names the columns.
const IndexFile = "index.tsv"

// A Message is a row of the index.
type Message struct {
	File       string // path of the message; "" where only its existence is known
	Page       string // page of the reference
	Family     string // part of the API
	Method     string
	Path       string // path and query below /api; {ID} stands for anything
	Role       string // request or response
	Kind       string // xml or json; with "-fragment", a part of a message
	Root       string // root element; for JSON empty or the first member, as {Name…}
	Complete   bool
	Status     string // of a response: 202 Accepted
	WellFormed bool
	Note       string
}

// IsRequest tells requests from responses.
func (m Message) IsRequest() bool { return m.Role == "request" }

// ReadIndex reads the index of a corpus. Further columns are passed over; a column that is missing is an error.
func ReadIndex(corpus fs.FS) ([]Message, error) {
	file, err := corpus.Open(IndexFile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	const longest = 1 << 20
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longest)
	var column map[string]int
	var list []Message
	for number := 1; lines.Scan(); number++ {
		cells := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")
		if column == nil {
			column = make(map[string]int)
			for i, name := range cells {
				column[name] = i
			}
			for _, name := range []string{"file", "page", "family", "method", "path", "role", "kind", "root", "complete", "status", "well_formed", "note"} {
				if _, ok := column[name]; !ok {
					return nil, fmt.Errorf("%s: no column %s", IndexFile, name)
				}
			}
			continue
		}
		if len(cells) < len(column) {
			return nil, fmt.Errorf("%s:%d: %d columns, the header has %d", IndexFile, number, len(cells), len(column))
		}
		cell := func(name string) string { return cells[column[name]] }
		m := Message{
			File: cell("file"), Page: cell("page"), Family: cell("family"), Method: cell("method"), Path: cell("path"),
			Role: cell("role"), Kind: cell("kind"), Root: cell("root"), Complete: cell("complete") == "yes",
			Status: cell("status"), WellFormed: cell("well_formed") == "yes", Note: cell("note"),
		}
		if m.File == "-" {
			m.File = ""
		}
		list = append(list, m)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", IndexFile, err)
	}
	if column == nil {
		return nil, fmt.Errorf("%s: no header row", IndexFile)
	}
	return list, nil
}
