package utility_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/utility"
)

func TestContract(t *testing.T) { connecttest.Run(t, utility.Connector()) }
