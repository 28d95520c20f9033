module github.com/vbem-go/vbem

go 1.25.0

require (
	github.com/beevik/etree v1.8.1
	github.com/dave/jennifer v1.7.1
	github.com/google/go-cmp v0.7.0
)
