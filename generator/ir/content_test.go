package ir

import (
	"testing"

	"github.com/vbem-go/vbem/generator/xsd"
)

// TestMultiply compares with counting: every number of elements that m..n rounds of a..b can give.
func TestMultiply(t *testing.T) {
	const limit = 60 // stands for unbounded when counting
	bound := func(n int) int {
		if n == xsd.Unbounded {
			return limit
		}
		return n
	}
	maxes := []int{0, 1, 2, 3, 4, xsd.Unbounded}
	for m := range 4 {
		for _, n := range maxes {
			for a := range 4 {
				for _, b := range maxes {
					if n != xsd.Unbounded && n < max(m, 1) || b != xsd.Unbounded && b < max(a, 1) {
						continue
					}
					sums := map[int]bool{}
					for rounds := m; rounds <= bound(n); rounds++ {
						for s := rounds * a; s <= rounds*bound(b) && s < limit; s++ {
							sums[s] = true
						}
					}
					gotMin, gotMax, ok := multiply(m, n, a, b)
					lo, gaps := -1, false
					hi := limit - 1
					if gotMax != xsd.Unbounded && gotMax < hi {
						hi = gotMax
					}
					for s := 0; s < limit; s++ {
						if sums[s] && lo < 0 {
							lo = s
						}
						if lo >= 0 && s <= hi && !sums[s] {
							gaps = true
						}
						if s > hi && sums[s] {
							t.Errorf("%d..%d of %d..%d: %d is possible, multiply says %d..%d", m, n, a, b, s, gotMin, gotMax)
						}
					}
					if ok && (gaps || gotMin != lo) {
						t.Errorf("%d..%d of %d..%d: multiply says %d..%d without gaps; the least is %d, gaps %v", m, n, a, b, gotMin, gotMax, lo, gaps)
					}
					if !ok && !gaps {
						t.Errorf("%d..%d of %d..%d: multiply sees gaps where there are none", m, n, a, b)
					}
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ xml, want string }{
		{"TaskId", "TaskId"}, {"vAppRef", "VAppRef"}, {"v-1", "V1"}, {"1st", "X1st"}, {"_x", "X"}, {"a.b-c_d", "ABCD"}, {"élan", "Élan"}, {"名", "X名"},
	} {
		if got := goName(c.xml); got != c.want {
			t.Errorf("goName(%q) = %q, want %q", c.xml, got, c.want)
		}
	}
	for _, c := range []struct{ name, want string }{
		{"TaskType", "task.go"}, {"TaskListType", "task.go"}, {"VAppCdpReplicaEntityListType", "v_app_cdp_replica.go"}, {"CPUType", "cpu.go"}, {"EntityType", "entity.go"}, {"ListType", "list.go"}, {"EntityListType", "entity.go"},
		{"UnitTestType", "unit_test_type.go"}, {"HostLinuxType", "host_linux_type.go"},
	} {
		if got := fileName(c.name); got != c.want {
			t.Errorf("fileName(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMembersDoNotCollideWithMethods(t *testing.T) {
	taken := map[string]bool{}
	for _, c := range []struct{ want, got string }{
		{"Name", "Name"}, {"Name", "NameElement"}, {"Name", "NameElement2"}, {"MarshalXML", "MarshalXMLElement"}, {"Extra", "ExtraElement"}, {"Validate", "Validate"},
	} {
		if got := uniqueMember(taken, c.want, "Element"); got != c.got {
			t.Errorf("a field %s gets the name %s, want %s", c.want, got, c.got)
		}
	}
}
