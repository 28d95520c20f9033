// Command bench measures vbem beside encoding/xml in one process and prints a table. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
)

// row is a line of the table.
type row struct {
	measure, ours, theirs, ratio, goal string
}

// report gathers the rows and the figures of the last line.
type report struct {
	rows    []row
	figures map[string]string
}

func (r *report) add(measure, ours, theirs, ratio, goal string) {
	r.rows = append(r.rows, row{measure, ours, theirs, ratio, goal})
	fmt.Fprintln(os.Stderr, measure, "|", ours, "|", theirs, "|", ratio)
}

func (r *report) set(name, format string, args ...any) {
	r.figures[name] = fmt.Sprintf(format, args...)
}

var last = []string{"decode", "encode", "decode_allocs", "small_decode", "small_encode", "strict", "stream_rss_mb", "generate_s", "generate_growth", "sim"}

func (r *report) print() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', tabwriter.Debug)
	line := func(c ...string) { fmt.Fprintln(w, "| "+strings.Join(c, "\t ")+"\t") }
	line("measure", "vbem", "beside", "ratio", "goal")
	line("---", "---", "---", "---", "---")
	for _, x := range r.rows {
		line(x.measure, x.ours, x.theirs, x.ratio, x.goal)
	}
	_ = w.Flush()
	b := "bench:"
	for _, name := range last {
		v := r.figures[name]
		if v == "" {
			v = "-" // left out by -only
		}
		b += " " + name + "=" + v
	}
	fmt.Println(b)
}

func main() {
	only := flag.String("only", "", "sections to run, separated by commas: codec,small,memory,stream,generate,tasks,simulator,size")
	child := flag.String("child", "", "what a process of its own measures, for the others")
	c := childFlags{}
	flag.StringVar(&c.url, "url", "", "server of the child")
	flag.StringVar(&c.user, "user", "", "user of the child")
	flag.StringVar(&c.list, "list", "", "list that the child reads")
	flag.Parse()
	if *child != "" {
		exit(stream(context.Background(), c))
		return
	}
	r := &report{figures: map[string]string{}}
	for _, s := range []struct {
		name string
		run  func(*report) error
	}{
		{"codec", codec}, {"small", smallMessages}, {"memory", memory}, {"stream", streams},
		{"generate", generation}, {"tasks", waiting}, {"simulator", simulated}, {"size", size},
	} {
		if *only == "" && s.name != "size" || strings.Contains(","+*only+",", ","+s.name+",") {
			exit(s.run(r))
		}
	}
	r.print()
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
