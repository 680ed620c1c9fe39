package court_test

import (
	"testing"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/court"
)

func TestContract(t *testing.T) { connecttest.Run(t, court.Connector()) }
