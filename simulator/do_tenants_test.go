package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/simulator"
)

// From a tenant's making to its end, as every read shows it.
func TestTenant(t *testing.T) {
	em, f, clock := site(t, simulator.WithTiming(slow))
	server, repository := f.get("/backupServers").at("Ref").attr("UID"), f.get("/repositories").at("Ref").attr("UID")
	spec := "<CreateCloudTenantSpec" + xmlns + "><Name>Fir Corp</Name><Description>new</Description><Password>s3cret</Password><Enabled>true</Enabled>" +
		"<Resources><BackupResource><Name>Fir Backups</Name><RepositoryUid>" + repository + "</RepositoryUid><QuotaMb>1024</QuotaMb></BackupResource></Resources>" +
		"<PublicIpCount>1</PublicIpCount><BackupServerUid>" + server + "</BackupServerUid></CreateCloudTenantSpec>"
	f.refused("POST", "/cloud/tenants", strings.Replace(spec, "<Name>Fir Corp</Name><Description>new</Description>", "<Description>new</Description><Name>Fir Corp</Name>", 1), 400, "Name")
	f.refused("POST", "/cloud/tenants", strings.Replace(spec, repository, "urn:veeam:Repository:00000000-0000-4000-8000-000000000000", 1), 400, "RepositoryUid")
	f.refused("POST", "/cloud/tenants", strings.Replace(spec, "<PublicIpCount>1<", "<PublicIpCount>99<", 1), 409, "IP addresses")
	before := len(f.get("/cloud/tenants").all("Ref"))
	task := f.start("POST", "/cloud/tenants", spec)
	if got := task.at("Operation").Text; got != "CreateCloudTenant" {
		t.Error(got)
	}
	f.refused("POST", "/cloud/tenants", spec, 409, "Fir Corp")
	if got := len(f.get("/cloud/tenants").all("Ref")); got != before {
		t.Errorf("%d tenants while the task runs", got-before)
	}
	clock.Advance(15 * time.Second)
	href := f.get("/tasks/task-1").link("Related", "CloudTenant")
	tenant := f.named("CloudTenant", "CloudTenants", "Fir Corp")
	if href == "" || tenant.attr("UID") != f.get(href).attr("UID") || len(f.get("/cloud/tenants").all("Ref")) != before+1 {
		t.Fatalf("%q\n%+v", href, tenant)
	}
	quota := tenant.at("Resources", "CloudTenantResource", "RepositoryQuota")
	if tenant.at("Description").Text != "new" || tenant.at("Enabled").Text != "true" || quota.at("Quota").Text != "1024" || tenant.at("PublicIpCount").Text != "1" {
		t.Errorf("%+v", tenant)
	}
	if a := f.do("GET", href, ""); strings.Contains(a.body, "s3cret") {
		t.Error("the password shows")
	}
	if j := f.json(href); j["Name"] != "Fir Corp" || j["Enabled"] != true {
		t.Errorf("%v", j)
	}
	resources := tenant.link("Down", "CloudTenantResourceList")
	if got := f.get(resources).at("CloudTenantResource"); got.at("RepositoryQuota", "DisplayName").Text != "Fir Backups" {
		t.Errorf("%+v", got)
	}

	// An edit changes what it names: one field, and the quota of one resource.
	id := tenant.at("Resources", "CloudTenantResource").attr("Id")
	edit := func(body string) string { return "<CloudTenant" + xmlns + ">" + body + "</CloudTenant>" }
	at, _, _ := strings.Cut(href, "?")
	other := f.get("/cloud/tenants").at("Ref").attr("Name")
	f.refused("PUT", at, edit(`<Resources><CloudTenantResource Id="0"><RepositoryQuota><DisplayName>x</DisplayName><RepositoryUid>`+repository+`</RepositoryUid><Quota>1</Quota></RepositoryQuota></CloudTenantResource></Resources>`), 400, "no resource 0")
	f.refused("PUT", at, strings.Replace(edit("<Enabled>false</Enabled>"), "<CloudTenant", `<CloudTenant Name="`+other+`"`, 1), 409, other)
	f.start("PUT", at, edit(`<Enabled>false</Enabled><Resources><CloudTenantResource Id="`+id+`"><RepositoryQuota><DisplayName>Fir Backups</DisplayName><RepositoryUid>`+
		repository+`</RepositoryUid><Quota>2048</Quota></RepositoryQuota></CloudTenantResource></Resources>`))
	if f.get(href).at("Enabled").Text != "true" {
		t.Error("changed before the task has finished")
	}
	clock.Advance(15 * time.Second)
	now := f.get(href)
	if now.at("Enabled").Text != "false" || now.at("Description").Text != "new" || now.at("Resources", "CloudTenantResource", "RepositoryQuota", "Quota").Text != "2048" ||
		f.get(resources).at("CloudTenantResource", "RepositoryQuota", "Quota").Text != "2048" {
		t.Errorf("%+v", now)
	}
	if got := f.found("CloudTenant", "CloudTenants", "Name==\"Fir Corp\";Enabled==false"); len(got) != 1 {
		t.Errorf("the query finds %d", len(got))
	}

	// A second resource and an account below it.
	f.refused("POST", resources, "<CreateCloudTenantResourceSpec"+xmlns+"><Name>n</Name><RepositoryUid>"+repository+"</RepositoryUid><QuotaMb>0</QuotaMb></CreateCloudTenantResourceSpec>", 400, "QuotaMb")
	f.start("POST", resources, "<CreateCloudTenantResourceSpec"+xmlns+"><Name>More</Name><RepositoryUid>"+repository+"</RepositoryUid><QuotaMb>512</QuotaMb></CreateCloudTenantResourceSpec>")
	sub := "<CloudSubtenantCreateSpec" + xmlns + "><Name>fir-user</Name><Password>p</Password><TenantResourceId>" + id + "</TenantResourceId><QuotaMb>100</QuotaMb><UnlimitedQuota>false</UnlimitedQuota></CloudSubtenantCreateSpec>"
	f.refused("POST", at+"/subtenants", strings.Replace(sub, ">100<", ">4096<", 1), 400, "QuotaMb")
	if got := f.start("POST", at+"/subtenants", sub).at("Operation").Text; got != "AddCloudSubtenant" {
		t.Error(got)
	}
	clock.Advance(15 * time.Second)
	if got := len(f.get(href).at("Resources").all("CloudTenantResource")); got != 2 {
		t.Errorf("%d resources", got)
	}
	account := f.get(at + "/subtenants").at("CloudSubtenant")
	if account.attr("Name") != "fir-user" || account.at("RepositoryQuota", "QuotaMb").Text != "100" {
		t.Errorf("%+v", account)
	}
	f.start("DELETE", resources+"/"+id, "")
	clock.Advance(15 * time.Second)
	f.refused("GET", resources+"/"+id, "", 404, "")

	// The end takes all of it.
	if got := f.start("DELETE", at, "").at("Operation").Text; got != "DeleteCloudTenant" {
		t.Error(got)
	}
	f.get(href)
	clock.Advance(15 * time.Second)
	f.refused("GET", at, "", 404, "tenant")
	f.refused("GET", resources, "", 404, "")
	f.refused("PUT", at, edit("<Enabled>true</Enabled>"), 404, "")
	if len(f.found("CloudTenant", "CloudTenants", "Name==\"Fir Corp\"")) != 0 || len(f.get("/cloud/tenants").all("Ref")) != before {
		t.Error("it is listed still")
	}
	if diff := cmp.Diff([]string{"Created", "Edited", "Created", "Created", "Deleted", "Deleted"}, kinds(em)); diff != "" {
		t.Error(diff)
	}
}

// Whoever deletes the task of a change before it has finished prevents the change.
func TestTaskStopsChange(t *testing.T) {
	_, f, clock := site(t, simulator.WithTiming(slow))
	ref := f.get("/cloud/tenants").at("Ref")
	f.start("DELETE", ref.attr("Href"), "")
	clock.Advance(12 * time.Second)
	if a := f.do("DELETE", "/tasks/task-1", ""); a.status != 204 {
		t.Error(a.status)
	}
	clock.Advance(time.Minute)
	f.get(ref.attr("Href"))
}

// What is deleted and changed by rule: all kinds of things.
func TestPlainResources(t *testing.T) {
	_, f, clock := site(t)
	server := f.get("/backupServers").at("Ref")
	credentials := server.attr("Href") + "/credentials"
	before := len(f.get(credentials).all("CredentialsInfo"))
	if a := f.do("POST", credentials+"?action=create", "<CredentialsInfoSpec"+xmlns+"><Username>new</Username><Description>d</Description><Password>p</Password></CredentialsInfoSpec>"); a.status != 201 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	all := f.get(credentials).all("CredentialsInfo")
	added := all[len(all)-1]
	if len(all) != before+1 || added.at("Username").Text != "new" {
		t.Fatalf("%d credentials", len(all))
	}
	at := credentials + "/" + added.at("Id").Text
	if a := f.do("PUT", at, "<CredentialsInfo"+xmlns+"><Id>"+added.at("Id").Text+"</Id><Username>new</Username><Description>other</Description></CredentialsInfo>"); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if got := f.get(at).at("Description").Text; got != "other" {
		t.Error(got)
	}
	if a := f.do("DELETE", at, ""); a.status != 204 || f.do("GET", at, "").status != 404 || f.do("DELETE", at, "").status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}

	gateway := f.get("/cloud/gateways").at("Ref")
	pool := "<CreateCloudGatewayPoolSpec" + xmlns + "><Name>Pool 3</Name><CloudGateways><CloudGatewayUid>" + gateway.attr("UID") + "</CloudGatewayUid></CloudGateways><BackupServerUid>" + server.attr("UID") + "</BackupServerUid></CreateCloudGatewayPoolSpec>"
	f.start("POST", "/cloud/gatewayPools", pool)
	clock.Advance(time.Second)
	made := f.named("CloudGatewayPool", "CloudGatewayPools", "Pool 3")
	if got := made.at("CloudGateways", "CloudGatewayUid").Text; got != gateway.attr("UID") {
		t.Errorf("%+v", made)
	}
	tenants := len(f.get("/cloud/tenants").all("Ref"))
	for _, path := range []string{"/cloud/hardwarePlans", "/cloud/vlans", "/cloud/publicIpAddresses", "/cloud/gateways", "/security/accounts", "/vCloud/orgConfigs", "/selfService/vSphere/Configs"} {
		ref := f.get(path).at("Ref")
		if a := f.do("DELETE", ref.attr("Href"), ""); a.status != 202 && a.status != 204 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		clock.Advance(time.Second)
		if a := f.do("GET", ref.attr("Href"), ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if got := len(f.get("/cloud/tenants").all("Ref")); got != tenants {
		t.Errorf("%d tenants, not %d: one is gone with what it used", got, tenants)
	}
}

func TestTenantLogon(t *testing.T) {
	em, f, clock := site(t)
	server := f.get("/backupServers").at("Ref").attr("UID")
	f.start("POST", "/cloud/tenants", "<CreateCloudTenantSpec"+xmlns+"><Name>Fir</Name><Password>s3cret</Password><BackupServerUid>"+server+"</BackupServerUid></CreateCloudTenantSpec>")
	login := "<LoginSpec" + xmlns + "><TenantCredentials><Username>Fir</Username><Password>s3cret</Password></TenantCredentials></LoginSpec>"
	tenant := newForeign(t, em)
	tenant.refused("POST", "/sessionMngr/?v=latest", login, 401, "wrong") // not there yet
	clock.Advance(time.Second)
	tenant.refused("POST", "/sessionMngr/?v=latest", strings.Replace(login, "s3cret", "guess", 1), 401, "wrong")
	tenant.refused("POST", "/sessionMngr/?v=latest", strings.Replace(login, "s3cret", "", 1), 401, "wrong")
	tenant.refused("POST", "/sessionMngr/?v=latest", strings.Replace(login, "Fir", "Elm Archive", 1), 401, "wrong")
	tenant.refused("POST", "/sessionMngr/?v=latest", "<LoginSpec"+xmlns+"><VMwareSSOToken>x</VMwareSSOToken></LoginSpec>", 501, "TenantCredentials")
	a := tenant.do("POST", "/sessionMngr/?v=latest", login)
	if a.status != 201 || a.xml(t).at("UserName").Text != "Fir" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	tenant.token = a.header.Get("X-RestSvcSessionId")
	at := f.named("CloudTenant", "CloudTenants", "Fir").attr("Href")
	tenant.get(at)
	at, _, _ = strings.Cut(at, "?")
	tenant.refused("DELETE", at, "", 403, "Fir")
	if got := len(f.get("/logonSessions").all("LogonSession")); got != 2 {
		t.Errorf("%d logon sessions", got)
	}
	f.start("PUT", at, "<CloudTenant"+xmlns+"><Password>other</Password><Enabled>false</Enabled></CloudTenant>")
	clock.Advance(time.Second)
	tenant.refused("POST", "/sessionMngr/?v=latest", strings.Replace(login, "s3cret", "other", 1), 401, "disabled")
	f.start("PUT", at, "<CloudTenant"+xmlns+"><Enabled>true</Enabled></CloudTenant>")
	clock.Advance(time.Second)
	if a := tenant.do("POST", "/sessionMngr/?v=latest", strings.Replace(login, "s3cret", "other", 1)); a.status != 201 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
