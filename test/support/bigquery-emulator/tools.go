//go:build tools

package emulator

import _ "github.com/goccy/bigquery-emulator/cmd/bigquery-emulator"
