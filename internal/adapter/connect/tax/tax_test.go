package tax_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/tax"
)

func TestContract(t *testing.T) { connecttest.Run(t, tax.Connector()) }
