package operations

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// row is a line of the table.
type row struct {
	File  string
	Line  int
	cells map[string]string
}

// get gives the cell in a column, without white space around it; "" when the table lacks the column.
func (r row) get(column string) string { return r.cells[column] }

// errorf makes an error about a cell; column may be empty.
func (r row) errorf(column, format string, args ...any) *Error {
	return &Error{File: r.File, Line: r.Line, Column: column, Msg: fmt.Sprintf(format, args...)}
}

// Error is something that is wrong with a table.
type Error struct {
	File   string
	Line   int    // 0: the table as a whole
	Column string // "" when it is not about one cell
	Msg    string
}

func (e *Error) Error() string {
	s := e.File
	if e.Line > 0 {
		s += fmt.Sprintf(":%d", e.Line)
	}
	if e.Column != "" {
		s += ": column " + e.Column
	}
	return s + ": " + e.Msg
}

// Errors are all errors found in a table.
type Errors []error

// Error gives one error a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.Is and errors.As look at each error.
func (e Errors) Unwrap() []error { return e }

// readTable reads a line of column names, which may stand in any order, then one row a line, cells apart by tabs. Empty lines and
// lines that start with # are passed over. There is no quoting: a cell holds no tab and no line end.
// The rows that are right are returned beside the errors.
func readTable(file string, data []byte, columns []string) ([]row, Errors) {
	var errs Errors
	fail := func(line int, column, format string, args ...any) {
		errs = append(errs, &Error{file, line, column, fmt.Sprintf(format, args...)})
	}
	if !utf8.Valid(data) {
		fail(0, "", "is not valid UTF-8")
		return nil, errs
	}
	var header []string
	var rows []row
	for i, line := range strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		if header == nil {
			header = cells
			for j, c := range header {
				switch {
				case !slices.Contains(columns, c):
					fail(i+1, "", "unknown column %q: the columns are %s", c, strings.Join(columns, ", "))
				case slices.Contains(header[:j], c):
					fail(i+1, "", "the column %s stands twice", c)
				}
			}
			for _, c := range columns {
				if !slices.Contains(header, c) {
					fail(i+1, "", "the column %s is missing", c)
				}
			}
			if len(errs) > 0 {
				return nil, errs
			}
			continue
		}
		if len(cells) > len(header) {
			fail(i+1, "", "%d cells, and the table has %d columns", len(cells), len(header))
			continue
		}
		r := row{File: file, Line: i + 1, cells: make(map[string]string, len(header))}
		for j, c := range cells {
			r.cells[header[j]] = c
		}
		rows = append(rows, r)
	}
	if header == nil {
		fail(0, "", "no line of column names")
	}
	return rows, errs
}
