package postgres_test

import (
	"os"
	"testing"

	"changrong/internal/adapter/postgres/pgtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}
