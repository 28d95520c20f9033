package main

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// rounds is the number of measurements that medians are taken of.
const rounds = 5

// cost is what one run takes.
type cost struct {
	wall, cpu time.Duration
	allocs    float64
}

// beside measures runs in turn and returns the medians. Each measurement lasts for at least the time given, in slices
// between which the others have theirs, so that what else the machine does meets all of them.
func beside(least time.Duration, runs ...func() error) ([]cost, error) {
	all := make([][]cost, len(runs))
	for range rounds {
		sums, n := make([]cost, len(runs)), make([]int, len(runs))
		for begin := true; begin || slices.ContainsFunc(sums, func(c cost) bool { return c.wall < least }); begin = false {
			for i, run := range runs {
				c, k, err := slice(least/slicesOfRound, run)
				if err != nil {
					return nil, err
				}
				sums[i].wall += c.wall
				sums[i].cpu += c.cpu
				sums[i].allocs += c.allocs
				n[i] += k
			}
		}
		for i, c := range sums {
			k := time.Duration(n[i])
			all[i] = append(all[i], cost{wall: c.wall / k, cpu: c.cpu / k, allocs: c.allocs / float64(k)})
		}
	}
	medians := make([]cost, len(runs))
	for i := range all {
		medians[i] = cost{
			wall:   median(all[i], func(c cost) time.Duration { return c.wall }),
			cpu:    median(all[i], func(c cost) time.Duration { return c.cpu }),
			allocs: median(all[i], func(c cost) float64 { return c.allocs }),
		}
	}
	return medians, nil
}

func median[T int64 | float64 | time.Duration](all []cost, of func(cost) T) T {
	var s []T
	for _, c := range all {
		s = append(s, of(c))
	}
	return middle(s)
}

func middle[T int64 | float64 | time.Duration](s []T) T {
	slices.Sort(s)
	return s[len(s)/2]
}

const slicesOfRound = 5

// slice repeats a run until the least time is over and returns what all of it took.
func slice(least time.Duration, run func() error) (c cost, n int, err error) {
	if err := run(); err != nil { // warm up
		return cost{}, 0, err
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin, cpu := time.Now(), cpuTime()
	for batch := 1; n == 0 || time.Since(begin) < least; batch *= 2 {
		for range batch {
			if err := run(); err != nil {
				return cost{}, 0, err
			}
		}
		n += batch
	}
	c = cost{wall: time.Since(begin), cpu: cpuTime() - cpu}
	runtime.ReadMemStats(&after)
	c.allocs = float64(after.Mallocs - before.Mallocs)
	return c, n, nil
}

// cpuTime is the time that this process has used, the garbage collector's included.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func perSecond(bytes int, d time.Duration) string {
	return fmt.Sprintf("%.0f MB/s", float64(bytes)/1e6/d.Seconds())
}

func times(theirs, ours time.Duration) float64 { return float64(theirs) / float64(ours) }

// ratio shows the ratio of wall times and, in brackets, of processor times.
func ratio(theirs, ours cost) string {
	return fmt.Sprintf("%.1f× (%.1f×)", times(theirs.wall, ours.wall), times(theirs.cpu, ours.cpu))
}
