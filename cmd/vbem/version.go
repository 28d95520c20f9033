package main

import (
	"encoding/xml"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
)

// version is the module's version, as the build recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown version)"
	}
	return info.Main.Version
}

type versionView struct {
	XMLName xml.Name `json:"-" xml:"version"`
	Version string   `json:"version" xml:"version"`
	API     string   `json:"apiVersion" xml:"apiVersion"`
	Go      string   `json:"go" xml:"go"`
}

func (v versionView) text(w *textWriter) {
	w.line("vbem %s, Enterprise Manager API up to %s, %s", v.Version, v.API, v.Go)
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.print(versionView{Version: version(), API: client.Newest, Go: runtime.Version()})
		},
	}
}
