package httpapi_test

import (
	"testing"

	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
)

func TestBeginSignInAndOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db)
		p := s.person()
		var platform httpapi.Platform
		p.expect(200, "GET", "/api/platform", nil, &platform)
		if !platform.Empty {
			t.Error("a new platform is said to have accounts")
		}
		first := map[string]string{"org": "临海市大数据中心", "login": "root.sys", "name": "王一", "password": "short"}
		var problem httpapi.Problem
		p.expect(422, "POST", "/api/platform", first, &problem)
		if problem.Code != "access.password_weak" || problem.Field != "password" {
			t.Errorf("a weak password: %+v", problem)
		}
		first["password"] = password
		p.expect(204, "POST", "/api/platform", first, nil)
		p.expect(409, "POST", "/api/platform", first, nil)

		p.expect(401, "GET", "/api/session", nil, nil)
		p.expect(401, "POST", "/api/session", map[string]string{"login": "root.sys", "password": "no"}, &problem)
		nobody := problem
		p.expect(401, "POST", "/api/session", map[string]string{"login": "nobody", "password": "no"}, &nobody)
		if problem.Code != nobody.Code || problem.Title != nobody.Title {
			t.Errorf("a wrong login is told from a wrong password: %+v and %+v", nobody, problem)
		}
		var me httpapi.Me
		p.expect(200, "POST", "/api/session", map[string]string{"login": "root.sys", "password": password}, &me)
		if me.OrgName != "临海市大数据中心" || me.Permissions["org.write"] != "all" || me.Permissions["audit.read"] != "" {
			t.Errorf("signed in as %+v", me)
		}
		p.expect(200, "GET", "/api/session", nil, &me)
		s.now += 31 * civil.Minute
		p.expect(401, "GET", "/api/session", nil, nil)
		p.expect(200, "POST", "/api/session", map[string]string{"login": "root.sys", "password": password}, &me)
		p.expect(204, "DELETE", "/api/session", nil, nil)
		p.expect(401, "GET", "/api/session", nil, nil)
	})
}

func TestFailuresLock(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p := s.person()
	p.expect(204, "POST", "/api/platform", map[string]string{"org": "平台", "login": "root.sys", "name": "王一", "password": password}, nil)
	wrong := map[string]string{"login": "root.sys", "password": "no"}
	right := map[string]string{"login": "root.sys", "password": password}
	for range 5 {
		p.expect(401, "POST", "/api/session", wrong, nil)
	}
	var problem httpapi.Problem
	p.expect(403, "POST", "/api/session", right, &problem)
	if problem.Code != "access.locked" {
		t.Errorf("after 5 failures: %+v", problem)
	}
	s.now += 15 * civil.Minute
	p.expect(200, "POST", "/api/session", right, nil)
}
