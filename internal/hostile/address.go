package hostile

import (
	"net/url"
	"strings"
)

const nowhere = "00000000-0000-4000-8000-000000000000"

// pathRequests ask for what is not there, or by a method that it does not have.
func pathRequests(s Site) []Request {
	var out []Request
	add := func(method, target string, status int, want ...string) {
		out = append(out, Request{Name: method + " " + shorten(target), Method: method, Target: target, Status: status, Text: want})
	}
	// Unknown identifiers, in every form that somebody may send.
	for _, resource := range []string{
		"/backupServers/{ID}", "/restoreSessions/{ID}", "/cdpPolicies/{ID}", "/cdpPolicies/{ID}/includes", "/cdpPolicies/{ID}/cdpReplicaSessions",
		"/cdpPolicies/" + s.Policy + "/includes/{ID}", "/cdpReplica/vApps/{ID}", "/cdpReplica/vApps/{ID}/vms", "/cdpReplica/vApps/" + s.VApp + "/vms/{ID}",
		"/cdpReplicas/{ID}", "/cdpReplicas/{ID}/vms", "/cdpReplicas/" + s.Replica + "/vms/{ID}", "/cdpReplicaSessions/{ID}",
		"/cdpReplicaSessions/{ID}/cdpReplicaTaskSessions", "/cdpReplicaTaskSessions/{ID}", "/tasks/{ID}", "/logonSessions/{ID}",
	} {
		for _, id := range []string{nowhere, "urn:veeam:CdpReplica:" + nowhere, "task-0", "..%2f..%2fetc%2fpasswd", "%00", "'%20or%20'1'='1", "%E2%98%83", strings.Repeat("9", 2000)} {
			want, err := url.PathUnescape(id)
			if err != nil {
				want = id
			}
			want = want[strings.LastIndexByte(want, ':')+1:]
			add("GET", strings.Replace(resource, "{ID}", id, 1), 404, visible(want))
		}
		item := strings.Replace(resource, "{ID}", nowhere, 1)
		for _, method := range []string{"PATCH", "TRACE", "OPTIONS", "PROPFIND"} {
			add(method, item, 405, method, "not allowed")
		}
	}
	for _, path := range []string{
		"/nothing", "/cdpReplica", "/cdpReplica/vApps/" + s.VApp + "/disks", "/cdpReplicas/" + s.Replica + "/vms/" + s.VM + "/more", "/tasks/task-1/more", "/task/task-1",
		"/api", "/..%2fapi", "/sessionMngr/x", "/admin/faults", "/%63dpReplicaz", "/cdpReplica%2fvApps",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			add(method, path, 404, "There is no resource")
		}
	}
	for target, methods := range map[string]string{
		"/tasks": "POST PUT DELETE PATCH", "/query": "POST PUT DELETE PATCH", "/querySvc": "POST PUT DELETE", "/restoreSessions": "POST PUT DELETE",
		"/cdpReplicas": "POST PUT DELETE", "/cdpReplica/vApps": "POST PUT DELETE", "/logonSessions": "POST PUT DELETE", "/tasks/task-1": "POST PUT",
		"/cdpReplica/vApps/" + s.VApp: "PUT DELETE", "/cdpReplicas/" + s.Replica + "/vms/" + s.VM: "PUT DELETE", "/cdpReplicaSessions": "POST PUT DELETE",
	} {
		for method := range strings.FieldsSeq(methods) {
			add(method, target, 405, method, "not allowed")
		}
	}
	for _, item := range []string{"/cdpReplica/vApps/" + s.VApp, "/cdpReplicas/" + s.Replica + "/vms/" + s.VM} {
		add("POST", item, 400, "action=failover", "action=intervals")
		for _, action := range []string{"start", "failover2", "", "fail%20over", "failback", "undo"} {
			add("POST", item+"?action="+action, 400, "action=failover")
		}
		add("GET", item+"?action=failover", 405, "not allowed")
		add("GET", item+"?action=undo", 400, "undo")
		add("GET", item+"?format=PDF", 400, "PDF")
		add("DELETE", item+"?action=failover", 405, "not allowed")
	}
	for _, action := range []string{"start", "stop", "", "enable%00"} {
		add("POST", "/cdpPolicies/"+s.Policy+"?action="+action, 400, "action=")
	}
	add("POST", "/cdpPolicies/"+nowhere+"?action=enable", 404, nowhere)
	add("POST", "/cdpPolicies/"+nowhere+"?action=disable", 404, nowhere)
	add("DELETE", "/tasks/task-1", 404, "task-1")
	add("DELETE", "/tasks/"+nowhere, 404, nowhere)
	add("DELETE", "/logonSessions/"+nowhere, 404, nowhere)
	return out
}

// visible is an identifier as an XML attribute can show it.
func visible(id string) string {
	return strings.ReplaceAll(id, "\x00", "\ufffd")
}

func shorten(s string) string {
	const most = 160
	if len(s) > most {
		return s[:most/2] + "…" + s[len(s)-most/2:]
	}
	return s
}

// queryRequests are queries that cannot be answered.
func queryRequests() []Request {
	var out []Request
	add := func(query string, want ...string) {
		out = append(out, Request{Name: "query " + shorten(query), Method: "GET", Target: "/query?" + query, Status: 400, Text: want})
	}
	add("", "type")
	add("type=", "type")
	add("type=Nothing", "Nothing")
	add("type=cdpreplica%00", "type")
	for _, kind := range []string{"CdpReplica", "RestoreSession", "CdpPolicy", "BackupServer", "CdpReplicaSession", "Task"} {
		for _, filter := range []string{
			"Name", "Name=", "Name==", "==x", "Name===x", "Name=!x", "Name==%22x", "(Name==x", "Name==x)", "()", "Name==x;", ";Name==x", "Name==x,,Name==y",
			"Name==x Name==y", "Unheard==x", "%22Name%22==x", "Name%00==x", "Name<>x", "Name==x;;Name==y", "(((Name==x))", "Name==(x)",
		} {
			add("type="+kind+"&filter="+strings.ReplaceAll(strings.ReplaceAll(filter, " ", "%20"), "=", "%3D"), "filter")
		}
		for _, p := range []string{"pageSize=0", "pageSize=-1", "pageSize=x", "pageSize=99999999999999999999", "page=0", "page=-1", "page=x", "page=1.5"} {
			name, _, _ := strings.Cut(p, "=")
			add("type="+kind+"&"+p, name)
		}
		add("type="+kind+"&sortAsc=Unheard", "Unheard")
		add("type="+kind+"&sortDesc=Unheard", "Unheard")
		add("type="+kind+"&sortAsc=Name&sortDesc=Name", "sort")
		add("type="+kind+"&format=PDF", "PDF")
		add("type="+kind+"&filter="+strings.Repeat("(", 5000)+"Name%3D%3Dx", "filter")
	}
	return out
}

// sessionRequests have no session, or one that is none.
func sessionRequests(s Site) []Request {
	var out []Request
	for _, target := range []string{"/tasks", "/cdpReplicas", "/query?type=CdpReplica", "/logonSessions", "/nothing", "/cdpReplica/vApps/" + s.VApp} {
		out = append(out, Request{Name: "no session: " + target, Method: "GET", Target: target, Anon: true, Status: 401, Text: []string{"no session ID"}})
		for name, header := range map[string]map[string]string{
			"made up": {"X-RestSvcSessionId": "bWFkZSB1cA=="}, "no base64": {"X-RestSvcSessionId": "\"'<>"}, "a cookie": {"Cookie": "X-RestSvcSessionId=bWFkZSB1cA=="},
			"long": {"X-RestSvcSessionId": strings.Repeat("A", 50_000)},
		} {
			out = append(out, Request{Name: "session " + name + ": " + target, Method: "GET", Target: target, Header: header, Anon: true, Status: 401, Text: []string{"session ID is not valid"}})
		}
	}
	for name, header := range map[string]map[string]string{
		"nobody": nil, "no base64": {"Authorization": "Basic !!!"}, "no colon": {"Authorization": "Basic YWJj"}, "wrong": {"Authorization": "Basic YTpi"}, "Bearer": {"Authorization": "Bearer x"},
	} {
		out = append(out, Request{Name: "log-in: " + name, Method: "POST", Target: "/sessionMngr/?v=latest", Header: header, Anon: true, Status: 401})
	}
	for _, v := range []string{"v0", "v2_0", "1.7", "latest2", "%00"} {
		out = append(out, Request{Name: "log-in: version " + v, Method: "POST", Target: "/sessionMngr/?v=" + v, Header: map[string]string{"Authorization": "Basic YTpi"}, Anon: true, Status: 400, Text: []string{"API version"}})
	}
	return out
}
