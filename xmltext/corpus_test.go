package xmltext_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Documents from outside are held against encoding/xml: those in the folders that the variables name.
func TestCorpus(t *testing.T) {
	for _, variable := range []string{"VBEM_CORPUS", "VBEM_W3C"} {
		t.Run(variable, func(t *testing.T) {
			root := os.Getenv(variable)
			if root == "" {
				t.Skipf("%s is not set", variable)
			}
			n := 0
			err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					return err
				}
				switch filepath.Ext(path) {
				case ".xml", ".xsd", ".tst", ".testSet":
				default:
					return nil
				}
				doc, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				n++
				t.Run(filepath.ToSlash(path), func(t *testing.T) { compare(t, string(doc)) })
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				t.Skipf("no documents in %s: packed, perhaps", root)
			}
		})
	}
}
