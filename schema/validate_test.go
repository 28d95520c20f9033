package schema_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/schema"
)

// xmllint finds the program, by VBEM_XMLLINT or the path, and writes the schema down for it.
func xmllint(t *testing.T) func(document []byte) (string, bool) {
	t.Helper()
	program := os.Getenv("VBEM_XMLLINT")
	if program == "" {
		program = "xmllint"
	}
	program, err := exec.LookPath(program)
	if err != nil {
		t.Skip("xmllint is not installed: set VBEM_XMLLINT to validate messages by a second implementation")
	}
	file := filepath.Join(t.TempDir(), "RestAPI.xsd")
	if err := os.WriteFile(file, schema.RestAPI(), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(document []byte) (string, bool) {
		c := exec.Command(program, "--noout", "--nonet", "--schema", file, "-")
		c.Stdin = bytes.NewReader(document)
		out, err := c.CombinedOutput()
		return string(out), err == nil
	}
}

// TestValidation: what the schema accepts and refuses, by xmllint.
func TestValidation(t *testing.T) {
	valid := xmllint(t)
	const ns = ` xmlns="` + schema.Namespace + `"`
	const policy = ` Type="CdpPolicy" Href="https://em.test:9398/api/cdpPolicies/1" Name="gold" UID="urn:veeam:CdpPolicy:1"`
	for _, c := range []struct {
		name, doc string
		want      bool
	}{
		{"the documented order", `<CdpFailoverStartSpec` + ns + `><RestoreCurrent>false</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss><RestoreAtInterval>2026-04-05T06:07:08Z</RestoreAtInterval></CdpFailoverStartSpec>`, true},
		{"the fourth element", `<CdpFailoverStartSpec` + ns + `><RestoreCurrent>false</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss><RestoreAtPointInTime>2026-04-05T06:07:08Z</RestoreAtPointInTime></CdpFailoverStartSpec>`, true},
		{"another order", `<CdpFailoverStartSpec` + ns + `><RestoreCurrentVss>false</RestoreCurrentVss><RestoreCurrent>true</RestoreCurrent></CdpFailoverStartSpec>`, false},
		{"no namespace", `<CdpFailoverStartSpec><RestoreCurrent>true</RestoreCurrent><RestoreCurrentVss>false</RestoreCurrentVss></CdpFailoverStartSpec>`, false},
		{"nothing chosen at all", `<CdpFailoverStartSpec` + ns + `/>`, false},
		{"port before user", `<BackupServerSpec` + ns + `><DnsNameOrIpAddress>vbr.test</DnsNameOrIpAddress><Port>9392</Port><Username>dr</Username></BackupServerSpec>`, true},
		{"port after user", `<BackupServerSpec` + ns + `><DnsNameOrIpAddress>vbr.test</DnsNameOrIpAddress><Username>dr</Username><Port>9392</Port></BackupServerSpec>`, true},
		{"a server without a name", `<BackupServerSpec` + ns + `><Port>9392</Port></BackupServerSpec>`, false},
		{"no tasks", `<Tasks` + ns + `/>`, true},
		{"an unfinished task", `<Task` + ns + ` Href="h" Type="Task"><TaskId>task-3</TaskId><State>Running</State><Operation>StartFailover</Operation></Task>`, true},
		{"an error without status", `<Error` + ns + ` Message="no" StatusCode="400"/>`, true},
		{"a page of references", `<QueryResult` + ns + `><Refs/><PagingInfo PageNum="1" PageSize="100" PagesCount="1"/></QueryResult>`, true},
		{"references and entities", `<QueryResult` + ns + `><Refs/><Entities><CdpPolicies/></Entities><PagingInfo PageNum="1" PageSize="100" PagesCount="1"/></QueryResult>`, false},
		{"paging first", `<QueryResult` + ns + `><PagingInfo PageNum="1" PageSize="100" PagesCount="1"/><Refs/></QueryResult>`, false},
		{"a policy with one change", `<CdpPolicy` + ns + policy + `><ScheduleEnabled>false</ScheduleEnabled></CdpPolicy>`, true},
		{"a bare id", `<CdpReplica` + ns + policy + `><PolicyUid>0fd2bd0a-26a8-4f41-9f0c-0a1b2c3d4e5f</PolicyUid></CdpReplica>`, true},
		{"links last", `<CdpPolicy` + ns + policy + `><ScheduleEnabled>false</ScheduleEnabled><Links/></CdpPolicy>`, false},
		{"a change without a name", `<CloudTenant` + ns + `><Description>gold</Description></CloudTenant>`, true},
		{"an older schedule", `<Job` + ns + `><JobScheduleOptions><RetryOptions><RetryTimes>3</RetryTimes></RetryOptions></JobScheduleOptions></Job>`, true},
		{"a present schedule", `<Job` + ns + `><JobScheduleOptions><Standart><OptionsDaily Enabled="true"><Kind>Everyday</Kind><Time>22:00:00.0000000+01:00</Time></OptionsDaily></Standart></JobScheduleOptions></Job>`, true},
		{"two kinds of job", `<Job` + ns + `><JobInfo><BackupJobInfo/><ReplicaJobInfo/></JobInfo></Job>`, false},
		{"a clone of nothing", `<JobCloneSpec` + ns + `/>`, true},
		{"two restores", `<RestoreSpec` + ns + `><VmRestoreSpec/><VmRestoreSpec/></RestoreSpec>`, false},
		{"a download", `<FileRestoreSpec` + ns + `><ForDirectDownload/></FileRestoreSpec>`, true},
		{"a restore to nowhere", `<FileRestoreSpec` + ns + `/>`, false},
		{"an account without roles", `<EnterpriseAccountCreateSpec` + ns + `><AccountType>User</AccountType><AccountName>a</AccountName><AllowRestoreAllVms>true</AllowRestoreAllVms></EnterpriseAccountCreateSpec>`, false},
		{"a rebuild of everything", `<RebuildScopeJobSpec` + ns + `><RebuildAll/></RebuildScopeJobSpec>`, true},
		{"a query by the name of the older schema", `<QueryResult` + ns + `><Entities><EnterpiseRoles><EnterpriseRoleEntity Href="h"/></EnterpiseRoles></Entities><PagingInfo PageNum="1" PageSize="100" PagesCount="1"/></QueryResult>`, true},
		{"items of a list that are not named like the entity", `<VAppCdpReplicaVms` + ns + `><Items` + policy + `><ReplicaUid/><VmRef/></Items></VAppCdpReplicaVms>`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if out, got := valid([]byte(c.doc)); got != c.want {
				t.Errorf("valid: %v, want %v\n%s", got, c.want, out)
			}
		})
	}
}

// corpus opens a table of the outside data, and gives its rows by column.
func corpus(t *testing.T, name string) (dir string, rows []map[string]string) {
	t.Helper()
	dir = os.Getenv("VBEM_CORPUS")
	if dir == "" {
		t.Skip("VBEM_CORPUS is not set: " + name + " is not at hand")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		t.Skip("VBEM_CORPUS has no " + name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	var header []string
	for s.Scan() {
		cells := strings.Split(s.Text(), "\t")
		if header == nil {
			header = cells
			continue
		}
		r := map[string]string{}
		for i, c := range cells {
			if i < len(header) {
				r[header[i]] = c
			}
		}
		rows = append(rows, r)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return dir, rows
}

// TestCorpusValidates: every complete and well-formed message whose root the schema declares is valid, and query results are once the
// addresses in them are escaped.
func TestCorpusValidates(t *testing.T) {
	dir, rows := corpus(t, "index.tsv")
	valid := xmllint(t)
	m := loadModel(t)
	checked, skipped := 0, map[string]int{}
	for _, r := range rows {
		if r["kind"] != "xml" || r["complete"] != "yes" || r["file"] == "-" {
			continue
		}
		if r["well_formed"] != "yes" && r["root"] != "QueryResult" {
			continue
		}
		if m.roots[r["root"]] == "" {
			skipped[r["root"]]++
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, r["file"]))
		if err != nil {
			t.Fatal(err)
		}
		if r["well_formed"] != "yes" {
			data = escapeAddresses(data)
		}
		if out, ok := valid(data); !ok {
			t.Errorf("%s:\n%s", r["file"], out)
		}
		checked++
	}
	t.Logf("%d messages valid; roots that are not declared yet: %v", checked, skipped)
	if checked == 0 {
		t.Error("no message was checked")
	}
}

var addresses = regexp.MustCompile(`Href="(.*?)"((?:\s+(?:Name|Rel|Type|UID)="|\s*/?>))`)

// escapeAddresses does what the server does and the reference's examples do not.
func escapeAddresses(data []byte) []byte {
	escape := strings.NewReplacer("&amp;", "&amp;", "&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")
	return addresses.ReplaceAllFunc(data, func(b []byte) []byte {
		parts := addresses.FindSubmatch(b)
		return []byte(`Href="` + escape.Replace(string(parts[1])) + `"` + string(parts[2]))
	})
}

// TestCorpusIdentities: no identity or object reference of any message, of whatever family, is refused by a pattern.
func TestCorpusIdentities(t *testing.T) {
	dir, rows := corpus(t, "index.tsv")
	m := loadModel(t)
	values := map[string]*regexp.Regexp{
		"UidType":             regexp.MustCompile(`\bUID="([^"]*)"|<\w*(?:Uid|UID)>([^<]*)<`),
		"HierarchyObjRefType": regexp.MustCompile(`<(?:\w*ObjRef|VmRef|vAppRef|HostRef|DatastoreRef|OrgVdcRef|OrganizationRef)>([^<]*)<`),
	}
	n := 0
	for _, r := range rows {
		if r["kind"] != "xml" || r["file"] == "-" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, r["file"]))
		if err != nil {
			t.Fatal(err)
		}
		for typ, re := range values {
			for _, found := range re.FindAllSubmatch(data, -1) {
				value := string(bytes.Join(found[1:], nil))
				n++
				if !matches(t, m, typ, value) {
					t.Errorf("%s: %s refuses %q", r["file"], typ, value)
				}
			}
		}
	}
	if n == 0 {
		t.Error("no value was checked")
	}
}
