package simulator

import (
	"testing"
	"time"
)

// sites are the inventories whose records the tests of this file look at.
func sites(t *testing.T, check func(t *testing.T, st *store, now time.Time)) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, m := range map[string]Model{"one server": DefaultModel(), "three servers": {Seed: 7, BackupServers: 3, VApps: 1, VMsPerVApp: 1, RestoreSessions: 2}} {
		t.Run(name, func(t *testing.T) {
			cfg := newConfig([]Option{WithClock(NewManualClock(now))})
			check(t, newHandler(m, cfg).core.store, now)
		})
	}
}

func (st *store) each(f func(r *record)) {
	for _, k := range st.kinds {
		for _, r := range k.all {
			f(r)
		}
	}
}

// Sessions end after they begin and before the simulator starts, tasks lie within their session, points within their session's time too.
func TestTimesFit(t *testing.T) {
	sites(t, func(t *testing.T, st *store, now time.Time) {
		span := func(r *record) (begun, ended time.Time) {
			v := r.values(now)
			begun, _ = v["CreationTimeUTC"].(time.Time)
			if ended, _ = v["EndTimeUTC"].(time.Time); ended.IsZero() {
				ended = now
			}
			return begun, ended
		}
		st.each(func(r *record) {
			begun, ended := span(r)
			if begun.IsZero() {
				return
			}
			if begun.After(now) || ended.Before(begun) || ended.After(now) {
				t.Errorf("%s %s: from %v to %v", r.kind.path, r.name, begun, ended)
			}
			for _, role := range []string{"BackupJobSession", "ReplicaJobSession"} {
				session := r.one(role)
				if session == nil {
					continue
				}
				from, to := span(session)
				if begun.Before(from) || ended.After(to) {
					t.Errorf("%s %s: from %v to %v, its session from %v to %v", r.kind.path, r.name, begun, ended, from, to)
				}
				for _, x := range r.relations {
					if at, _ := span(x.to); x.rel == "Related" && (at.Before(from) || at.After(to)) {
						t.Errorf("%s %s: %s is of %v, the session from %v to %v", r.kind.path, r.name, x.to.name, at, from, to)
					}
				}
			}
		})
	})
}

// Files fit into their repositories and are smaller than what they hold; every chain has a full point; each point of a machine is of a
// machine that the job has.
func TestBackupsFit(t *testing.T) {
	sites(t, func(t *testing.T, st *store, now time.Time) {
		used := map[*record]int64{}
		for _, b := range st.list(backupPath) {
			if b.one("ExternalRepository") != nil {
				continue // of machines in the cloud, which no job here backs up
			}
			job := b.one("Job")
			if job == nil || b.one("Repository") == nil || b.one("BackupServer") != job.one("BackupServer") {
				t.Errorf("%s: job, repository or server is missing or another's", b.name)
				continue
			}
			full := 0
			files := b.relatedOf(st.kind(backupFilePath))
			for _, f := range files {
				size, data := f.fields["BackupSize"].(int64), f.fields["DataSize"].(int64)
				if size <= 0 || size >= data {
					t.Errorf("%s: %d bytes of %d", f.name, size, data)
				}
				used[b.one("Repository")] += size
				if f.fields["FileType"] == "vbk" {
					full++
				}
			}
			if points := b.relatedOf(st.kind(restorePointPath)); len(points) != len(files) || (len(points) == 0) != (b.fields["BackupType"] == "ParentBackup") || len(points) > 0 && full == 0 {
				t.Errorf("%s: %d points, %d files, %d of them full", b.name, len(points), len(files), full)
			}
		}
		for r, n := range used {
			if free := r.fields["Capacity"].(int64) - r.fields["FreeSpace"].(int64); n > free {
				t.Errorf("%s: %d bytes of backups, %d are in use", r.name, n, free)
			}
		}
		if len(st.list(vmRestorePointPath)) < 50 || len(st.list(vappRestorePointPath)) < 5 {
			t.Errorf("only %d points of machines, %d of vApps", len(st.list(vmRestorePointPath)), len(st.list(vappRestorePointPath)))
		}
	})
}
