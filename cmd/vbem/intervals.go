package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdtype"
)

func (a *app) intervalsCommand() *cobra.Command {
	var (
		conn     connFlags
		vm       bool
		from, to string
		last     time.Duration
	)
	cmd := &cobra.Command{
		Use: "intervals NAME|ID", Short: "Show what a vApp or VM can be brought back to", Args: oneArg("name or id"), GroupID: "look",
		Long: `Shows what the replica of a vApp (with --vm: of a VM) can be brought back to: restore points, which
are kept long, and intervals, within which any moment can be had.

Times are shown in UTC and in this machine's zone. Restore points are dated to the second.`,
		Example: `  vbem intervals vapp02
  vbem intervals vapp02 --last 168h
  vbem intervals vapp02 --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			start, end, err := a.span(from, to, last)
			if err != nil {
				return err
			}
			k, err := a.connect(cmd.Context(), &conn)
			if err != nil {
				return err
			}
			r, err := findReplica(cmd.Context(), k.Client, kindOf(vm), args[0])
			if err != nil {
				return k.done(err)
			}
			have, err := askIntervals(cmd.Context(), k.Client, r, start, end)
			if err != nil {
				return k.done(err)
			}
			v, err := a.intervalsView(r, start, end, have)
			if err != nil {
				return k.done(err)
			}
			return k.done(a.print(v))
		},
	}
	f := cmd.Flags()
	f.BoolVar(&vm, "vm", false, "the name is that of a VM with a replica of its own")
	f.StringVar(&from, "from", "", "`TIME` to begin at, with a zone")
	f.StringVar(&to, "to", "", "`TIME` to end at, with a zone; else now")
	f.DurationVar(&last, "last", 24*time.Hour, "how far back to look when --from is not given")
	conn.add(cmd)
	return cmd
}

func kindOf(vm bool) string {
	if vm {
		return kindVM
	}
	return kindVApp
}

// span works out the time that is asked about.
func (a *app) span(from, to string, last time.Duration) (start, end time.Time, err error) {
	end = a.now()
	if to != "" {
		if end, err = parseTime("--to", to, a.local); err != nil {
			return start, end, err
		}
	}
	if last <= 0 {
		return start, end, usagef("--last %s: want more than nothing", last)
	}
	start = end.Add(-last)
	if from != "" {
		if start, err = parseTime("--from", from, a.local); err != nil {
			return start, end, err
		}
	}
	if !start.Before(end) {
		return start, end, usagef("the time to look at is empty: it begins at %s and ends at %s", a.both(start), a.both(end))
	}
	return start, end, nil
}

func askIntervals(ctx context.Context, c *client.Client, r replica, from, to time.Time) (*ent.CdpReplicaIntervals, error) {
	spec := new(ent.CdpIntervalsSpec)
	spec.StartDate = xsdtype.UTC(from)
	spec.EndDate = xsdtype.UTC(to)
	have, err := r.intervals(ctx, c, spec)
	if err == nil && have == nil {
		err = fmt.Errorf("intervals of %s: the server answered nothing", r)
	}
	return have, err
}

func (a *app) intervalsView(r replica, from, to time.Time, have *ent.CdpReplicaIntervals) (*intervalsView, error) {
	points, err := client.RestorePoints(have)
	if err != nil {
		return nil, err
	}
	spans, err := client.Intervals(have)
	if err != nil {
		return nil, err
	}
	v := &intervalsView{
		Of: r, From: stamp(from), To: stamp(to), Consistent: have.HasApplicationConsistentState,
		Intervals: []intervalView{}, Points: []pointView{}, local: a.local,
	}
	for _, s := range spans {
		v.Intervals = append(v.Intervals, intervalView{Start: stamp(s.Start), End: stamp(s.End), RPO: int(s.RPO / time.Second), Type: s.Type, span: s})
	}
	for _, p := range points {
		v.Points = append(v.Points, a.pointView(p))
	}
	return v, nil
}

// intervalsView shows what a replica can be brought back to.
type intervalsView struct {
	XMLName    xml.Name       `json:"-" xml:"intervals"`
	Of         replica        `json:"of" xml:"of"`
	From       string         `json:"from" xml:"from"`
	To         string         `json:"to" xml:"to"`
	Consistent bool           `json:"hasApplicationConsistentState" xml:"hasApplicationConsistentState"`
	Intervals  []intervalView `json:"intervals" xml:"interval"`
	Points     []pointView    `json:"restorePoints" xml:"restorePoint"`

	local *time.Location
}

type intervalView struct {
	Start string `json:"start" xml:"start"`
	End   string `json:"end" xml:"end"`
	RPO   int    `json:"rpoSeconds" xml:"rpoSeconds"`
	Type  string `json:"type" xml:"type"`

	span client.Interval
}

// pointView shows a restore point.
type pointView struct {
	ID         string `json:"id" xml:"id"`
	Date       string `json:"date" xml:"date"`
	Consistent bool   `json:"applicationConsistent" xml:"applicationConsistent"`

	point client.RestorePoint
}

func (a *app) pointView(p client.RestorePoint) pointView {
	return pointView{ID: p.ID, Date: stamp(p.Date), Consistent: p.Consistent, point: p}
}

func (p pointView) kind() string {
	if p.Consistent {
		return "application-consistent"
	}
	return "crash-consistent"
}

func (v *intervalsView) text(w *textWriter) {
	w.line("Restore states of %s", visible(v.Of.String()))
	w.line("")
	if len(v.Intervals) == 0 {
		w.line("No intervals: single moments cannot be had.")
	} else {
		w.line("Intervals: any moment in them can be had with --to, one of their restore points with --interval.")
		rows := make([][]string, len(v.Intervals))
		for i, s := range v.Intervals {
			rows[i] = []string{bothIn(s.span.Start, v.local), bothIn(s.span.End, v.local), s.span.RPO.String(), s.Type}
		}
		w.table([]string{"FROM", "TO", "RPO", "TYPE"}, rows)
	}
	w.line("")
	if len(v.Points) == 0 {
		w.line("No restore points.")
		return
	}
	w.line("Restore points, the oldest first, for --restore-point ID:")
	rows := make([][]string, len(v.Points))
	for i, p := range v.Points {
		rows[i] = []string{bothIn(p.point.Date, v.local), p.kind(), p.ID}
	}
	w.table([]string{"DATE", "KIND", "ID"}, rows)
}
