package xsdbind

// plan is what the XML codec derives from a table.
type plan struct{}
