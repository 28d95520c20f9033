package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"time"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// tenantLogon lets a tenant in by a LoginSpec. Tenants have the password that they were made or last changed with; what they may do is
// read. Who is disabled, or whose lease has ended, stays outside.
func (c *core) tenantLogon(spec xsdbind.Struct, version string, now time.Time) (*logonSession, error) {
	tenant := xsdbind.Child(spec, "TenantCredentials")
	if tenant == nil {
		return nil, rest.Faultf(http.StatusNotImplemented, "Tenants log in by TenantCredentials here.")
	}
	return c.open(version, now, func() (Account, error) {
		user := xsdbind.Text(tenant, "Username")
		r := c.store.kind("/cloud/tenants/{ID}").named(user, nil)
		have, want := sha256.Sum256([]byte(xsdbind.Text(tenant, "Password"))), sha256.Sum256([]byte(c.doing.passwords[r]))
		if subtle.ConstantTimeCompare(have[:], want[:]) != 1 || c.doing.passwords[r] == "" || !r.shown(now) || !leased(r, now) {
			return Account{}, unauthorized("User name or password is wrong, or the tenant is disabled.")
		}
		return Account{Username: r.name, Role: RoleViewer}, nil
	})
}
