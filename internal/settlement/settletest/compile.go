package settletest

import (
	"fmt"
	"sync"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Year is the scope that most tests have: calendar 2021.
var Year = year(2021)

func year(y int) civil.Range {
	first, _ := civil.Of(y, 1, 1)
	last, _ := civil.Of(y, 12, 31)
	return civil.Range{First: first, Last: last}
}

// Conditions compiles conditions on rows of table, with the constants a pack
// has for the scope Year. It panics where one is wrong.
func Conditions(table string, sources ...string) []*expr.Expr {
	return compileAll(scopeOf(Year, fact.Lookup(table), nil), expr.Bool, sources)
}

// ChildConditions is Conditions on rows of child that belong to a row of table.
func ChildConditions(table, child string, sources ...string) []*expr.Expr {
	return compileAll(scopeOf(Year, fact.Lookup(table), fact.Lookup(child)), expr.Bool, sources)
}

// Number is Conditions for one amount, date or number.
func Number(table, source string) *expr.Expr {
	return compileAll(scopeOf(Year, fact.Lookup(table), nil), expr.Int, []string{source})[0]
}

func compileAll(s *expr.Scope, kind expr.Kind, sources []string) []*expr.Expr {
	var es []*expr.Expr
	for _, src := range sources {
		e, err := s.Compile(src, kind)
		if err != nil {
			panic(fmt.Sprintf("settletest: %s: %v", src, err))
		}
		es = append(es, e)
	}
	return es
}

// scopes are those made so far: each costs as much as hundreds of expressions.
var scopes sync.Map

type scopeKey struct {
	of            civil.Range
	parent, child string
}

// scopeOf returns the scope of conditions on rows of parent or, when there is a
// child, on its rows that belong to one.
func scopeOf(of civil.Range, parent, child *fact.Table) *expr.Scope {
	key, rows := scopeKey{of, parent.Name, ""}, expr.RowsOf(parent)
	if child != nil {
		key.child, rows = child.Name, expr.ChildRows(parent, child)
	}
	if s, ok := scopes.Load(key); ok {
		return s.(*expr.Scope)
	}
	day := expr.Type{Kind: expr.Int, Unit: expr.Day}
	y, _, _ := of.Last.YMD()
	s, err := expr.NewScope(rows, []expr.Const{
		{Name: "scope.first", Type: day, Int: int64(of.First)},
		{Name: "scope.last", Type: day, Int: int64(of.Last)},
		{Name: "scope.year", Type: expr.Type{Kind: expr.Int}, Int: int64(y)},
	})
	if err != nil {
		panic(fmt.Sprintf("settletest: %v", err))
	}
	scopes.Store(key, s)
	return s
}
