package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// doRestores registers what brings machines and files back, or makes replicas run.
func doRestores(g registry) {
	g.do("VmRestorePoints.ID.Restore", restoreMachine)
	g.do("VAppRestorePoints.ID.Restore", restoreMachine)
	g.do("VmReplicaPoints.ID.Failover", failoverReplica)
	g.do("VAppReplicaPoints.ID.Failover", failoverReplica)
	for _, m := range mountKinds {
		g.do(m.operations+"Create", mount)
		g.do(m.operations+"ID.Files.ID.Restore", restoreFile)
	}
	g.do("Catalog.Vms.ID.VmRestorePoints.ID.Browse", browse)
	g.do("Catalog.Vms.ID.VmRestorePoints.ID.GuestFS.ID.Restore", restoreFile)
}

// pointName is the name of what a point brings back.
func pointName(point *record) string {
	for _, name := range []string{"VmDisplayName", "VAppDisplayName", "VmName", "VAppName"} {
		if s := point.text(name); s != "" {
			return s
		}
	}
	return point.name
}

// machineOf is what a restore or a failover of a point keeps busy: the machine or vApp, or the point where nothing more is known of it.
func (st *store) machineOf(point *record) *record {
	for _, typ := range []string{"Vm", "Vapp"} {
		if o := st.objectNamed(typ, pointName(point)); o != nil {
			return o
		}
	}
	return point
}

// restoreSpecs are the elements of a RestoreSpec that fit a kind of restore point.
var restoreSpecs = map[string][]string{
	"VmRestorePoint":   {"VmRestoreSpec", "vCloudVmRestoreSpec", "SqlItemRestoreSpec"},
	"VAppRestorePoint": {"vCloudVAppRestoreSpec"},
}

// restoreMachine brings a machine or vApp back to a restore point. One at a time is restored.
func restoreMachine(q *request) (xsdbind.Struct, error) {
	point, err := q.record()
	if err != nil {
		return nil, err
	}
	fit := restoreSpecs[point.kind.typ]
	if !slices.ContainsFunc(fit, func(name string) bool { return xsdbind.Child(q.body, name) != nil }) {
		return nil, rest.Faultf(http.StatusBadRequest, "A %s is restored by %s.", point.kind.typ, strings.Join(fit, ", "))
	}
	operation := "StartVmRestore"
	if point.kind.typ == "VAppRestorePoint" {
		operation = "StartvAppRestore"
	}
	k, _, err := q.bring(point, operation, "Restore", RestoreStarted, RestoreFinished, func(time.Time) {})
	return q.answered(k, err)
}

// failoverReplica makes the replica of a machine run in the machine's place. A plan that has the machine takes that back.
func failoverReplica(q *request) (xsdbind.Struct, error) {
	point, err := q.record()
	if err != nil {
		return nil, err
	}
	machine := q.c.store.machineOf(point)
	if q.c.doing.failedOver[machine] {
		return nil, rest.Faultf(http.StatusConflict, "%s has failed over already.", pointName(point))
	}
	k, _, err := q.bring(point, "StartFailover", "Failover", FailoverStarted, FailoverFinished, func(time.Time) {
		q.c.doing.setFailedOver(machine, true)
	})
	return q.answered(k, err)
}

// bring starts a restore session of a point. then is called at its end if it has not failed.
func (q *request) bring(point *record, operation, what string, started, finished EventKind, then func(now time.Time)) (*task, *record, error) {
	b, err := q.undertake(q.c.store.machineOf(point), operation)
	if err != nil {
		return nil, nil, err
	}
	e := q.about(started, point)
	e.Task = b.task.id
	var session *record
	if !b.failed {
		session = q.restoreSession(point, what, q.now)
		q.show(b, session)
		e.Restore = session.id
	}
	q.c.audit(e)
	q.settle(b, e, finished, func(now time.Time) {
		if b.result != "Failed" {
			then(now)
		}
	})
	return b.task, session, nil
}

// restoreSession makes a session about a point, that begins at a moment.
func (q *request) restoreSession(point *record, what string, at time.Time) *record {
	s, name := q.site(), pointName(point)
	session := s.add(restorePath, nameAt(what+"_["+name+"]", at), q.c.doing.serial())
	session.up(point.one("BackupServer")).relate("", "Related", point)
	session.setAll(values{"JobType": restoreJobType, "CreationTimeUTC": at, "VmDisplayName": name})
	if ref := q.c.store.machineOf(point).text("ObjectRef"); ref != "" {
		session.set("RestoredObjRef", ref)
	}
	return session
}

// mount lets the files of a point be read.
func mount(q *request) (xsdbind.Struct, error) {
	point, err := q.record()
	if err != nil {
		return nil, err
	}
	return q.made(q.site().addMount(point), "MountRestorePoint")
}

// browse mounts the restore point that a point of the catalog stands for.
func browse(q *request) (xsdbind.Struct, error) {
	point, err := q.record()
	if err != nil {
		return nil, err
	}
	of := point.one("VmRestorePoint")
	if of == nil {
		return nil, rest.Faultf(http.StatusConflict, "The backup of %s is not there any more.", point.name)
	}
	return q.made(q.site().addMount(of), "BrowseVM")
}

// restoreFile brings a file or directory back: a session of its own, which brings no machine back.
func restoreFile(q *request) (xsdbind.Struct, error) {
	path, _, _ := strings.Cut(q.op.Path, "/{+")
	path = strings.TrimSuffix(path, "/guestfs")
	owner, err := q.at(path, q.ids[:strings.Count(path, "{")])
	if err != nil {
		return nil, err
	}
	if _, err := q.guestOf(owner).open(q.ids[len(q.ids)-1]); err != nil {
		return nil, err
	}
	point, operation := owner.parent, "FileRestoreFromMountPoint"
	if to := owner.one("VmRestorePoint"); to != nil {
		point, operation = to, "RestoreFile"
	}
	if point == nil {
		return nil, rest.Faultf(http.StatusConflict, "The backup of %s is not there any more.", owner.name)
	}
	k, session, err := q.bring(point, operation, "FLR", RestoreStarted, RestoreFinished, func(time.Time) {})
	if session != nil {
		session.set("JobType", "FileLevelRestore")
	}
	return q.answered(k, err)
}
