package generator

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// While files are being put in place a journal lies in the output directory. It tells who comes after a crash what to take back.
const (
	journalName = ".vbemgen-journal" // the moves may be half done: take them back
	doneName    = ".vbemgen-done"    // all is in place: only former contents are left to remove
	stagePrefix = ".vbemgen-"
)

// journal is the form of both files. Paths are relative to the output directory.
type journal struct {
	Jobs []journalJob `json:"jobs"`
	Made []string     `json:"made"` // directories that did not exist, outer ones first
}

type journalJob struct {
	Target string `json:"target"`
	Staged string `json:"staged,omitempty"`
	Backup string `json:"backup,omitempty"` // "" where the target did not exist
	Sum    string `json:"sum,omitempty"`    // SHA-256 of the new content
}

// Recover takes back what a run of [Write] with the same Out and Names left half done when its process was killed, or ends it where only
// the removal of former contents was left. Where there is nothing to recover it does nothing. Write calls it; call it before
// [Generate], too, because that reads the lock of names.
//
// Only one process may write to a directory at a time.
func Recover(c Config) error {
	w := writer{rename: os.Rename}
	return w.recover(c)
}

func (w *writer) recover(c Config) error {
	for _, name := range []string{doneName, journalName} {
		path := filepath.Join(c.Out, name)
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		var j journal
		if err := json.Unmarshal(data, &j); err != nil {
			// It is written whole before anything else is done: a part of one means that nothing was.
			if name == journalName {
				return os.Remove(path)
			}
			return fmt.Errorf("%s: cannot be read; remove it if no %s file is left", path, stagePrefix)
		}
		if err := j.check(c); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if name == doneName {
			err = w.finish(c.Out, j)
		} else {
			err = w.takeBack(c.Out, j)
		}
		if err != nil {
			return fmt.Errorf("recovering what an earlier run left: %w", err)
		}
	}
	return nil
}

// check refuses a journal that would have other files touched than a run with this configuration does: it may have come with a clone.
func (j *journal) check(c Config) error {
	names := ""
	if c.Names != "" {
		if rel, err := filepath.Rel(c.Out, c.Names); err == nil {
			names = filepath.Clean(rel)
		}
	}
	for _, job := range j.Jobs {
		target := filepath.Clean(filepath.FromSlash(job.Target))
		if !filepath.IsLocal(target) && target != names {
			return fmt.Errorf("%s is not this run's to write", job.Target)
		}
		for _, beside := range []string{job.Staged, job.Backup} {
			local := filepath.FromSlash(beside)
			if beside != "" && (filepath.Dir(local) != filepath.Dir(target) || !strings.HasPrefix(filepath.Base(local), stagePrefix)) {
				return fmt.Errorf("%s is not this run's to write", beside)
			}
		}
	}
	return nil
}

// takeBack undoes the moves that were made. It may itself be interrupted and begun again.
func (w *writer) takeBack(out string, j journal) error {
	var errs []error
	at := func(name string) string { return filepath.Join(out, filepath.FromSlash(name)) }
	for _, job := range slices.Backward(j.Jobs) {
		staged := job.Staged != "" && exists(at(job.Staged))
		switch {
		case job.Backup != "" && exists(at(job.Backup)):
			errs = append(errs, w.do("restore "+job.Target, func() error { return os.Rename(at(job.Backup), at(job.Target)) }))
		case job.Backup == "" && !staged && job.Sum == sumOf(at(job.Target)): // and not a file that somebody has made since
			errs = append(errs, w.do("remove "+job.Target, func() error { return removed(at(job.Target)) }))
		}
		if staged {
			errs = append(errs, w.do("unstage "+job.Target, func() error { return removed(at(job.Staged)) }))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err // the journal stays, for another try
	}
	if err := w.do("forget", func() error { return removed(filepath.Join(out, journalName)) }); err != nil {
		return err
	}
	for _, d := range slices.Backward(j.Made) {
		_ = os.Remove(at(d)) // somebody may have put something into it since
	}
	return nil
}

// finish removes former contents.
func (w *writer) finish(out string, j journal) error {
	var errs []error
	for _, job := range j.Jobs {
		if job.Backup != "" {
			errs = append(errs, w.do("clear "+job.Target, func() error { return removed(filepath.Join(out, filepath.FromSlash(job.Backup))) }))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return w.do("forget", func() error { return removed(filepath.Join(out, doneName)) })
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// removed removes a file; that it is gone already is no error.
func removed(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// sumOf is the sum of a file's content; "" where there is none to read.
func sumOf(name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return sum(data)
}

func sum(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// begin writes the journal of what is going to be done, and makes sure that it is on the disk.
func (w *writer) begin(out string) (journal, error) {
	var j journal
	var errs []error
	name := func(path string) string {
		if path == "" {
			return ""
		}
		rel, err := filepath.Rel(out, path)
		errs = append(errs, err)
		return filepath.ToSlash(rel)
	}
	for _, job := range w.jobs {
		entry := journalJob{Target: name(job.target), Staged: name(job.staged), Backup: name(job.backup)}
		if !job.remove {
			entry.Sum = sum(job.data)
		}
		j.Jobs = append(j.Jobs, entry)
	}
	for _, d := range w.made {
		j.Made = append(j.Made, name(d))
	}
	if err := errors.Join(errs...); err != nil {
		return j, err
	}
	data, err := json.Marshal(j)
	if err != nil {
		return j, err
	}
	path := filepath.Join(out, journalName)
	return j, w.do("journal", func() error { return errors.Join(writeFile(path, data, 0o644), syncDir(out)) })
}

// writeFile writes a new file and makes sure that it is on the disk.
func writeFile(name string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = errors.Join(f.Chmod(mode), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// syncDir makes renames last. Where directories cannot be synchronized nothing is lost but that.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
