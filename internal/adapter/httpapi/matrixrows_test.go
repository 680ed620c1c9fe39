package httpapi_test

import (
	"strings"

	"changrong/internal/access"
)

// row says how to call an operation, and about what. How to add one, for a new
// operation: a line in rows.
type row struct {
	id    func(*scene) string // makes the thing in the scene's organisation and returns its id, for {id}
	query string              // {id}, and what the scene has in vars, are put in
	raw   string              // a body that is not JSON, with its digest
	body  any                 // what is sent; a func(*scene) any is called, when the thing is there
	ok    int                 // the status for who may, 200 when 0; 404 and 422 where there is nothing: the call got past the gate
	// What who may answers some roles with for a reason of the operation's own, by code.
	but  map[access.Role]string
	self string // the code for things of one's own organisation
	// The status for things of other organisations when one's reach is one's own; 404
	// when 0. Of a list it is ok, and the thing is not in it; so where the thing comes
	// into being in one's own organisation (mine), and where everybody sees it (shared).
	foreign             int
	lists, mine, shared bool
	refuses             string // what the answer about a thing of another has in it, where its status is ok
	hidden              bool   // whose reach is one's own never gets to it, whosever it is
	personal            bool   // it belongs to an account: others do not get to it, whatever their reach
	stream              bool   // the answer does not end
}

// rows says how to call every operation; one that is missing fails the test.
var rows = map[string]row{
	"get-platform":   {},
	"begin-platform": {body: access.First{}, ok: 409},
	"sign-in":        {body: func(s *scene) any { return map[string]string{"login": "n" + s.mark, "password": "no"} }, ok: 401},
	"get-me":         {},
	"give-code":      {body: map[string]string{"code": "000000"}, ok: 409},
	"sign-out":       {ok: 204},
	"list-providers": {},
	"start-signin":   {ok: 404},
	"finish-signin":  {ok: 404},

	"change-password":  {body: map[string]string{"old": password, "password": "short"}, ok: 422},
	"enrol-factor":     {},
	"confirm-factor":   {body: map[string]string{"code": "000000"}, ok: 401},
	"drop-factor":      {body: map[string]string{"code": "000000"}, ok: 401},
	"list-my-sessions": {id: aSessionOf, personal: true, lists: true},
	"end-my-sessions":  {ok: 204},
	"end-my-session":   {id: aSessionOf, personal: true, ok: 204},

	"list-orgs":       {id: itself, lists: true, query: "limit=200"},
	"add-org":         {body: func(s *scene) any { return map[string]string{"kind": "bank", "name": "新" + s.mark} }},
	"list-accounts":   {id: anAccount, lists: true, query: "limit=200"},
	"get-account":     {id: anAccount},
	"add-account":     {body: func(s *scene) any { return map[string]string{"login": "n" + s.mark, "name": "某", "org": s.org} }},
	"rename-account":  {id: anAccount, body: map[string]any{"version": 1, "name": "新名"}, ok: 204},
	"suspend-account": {id: anAccount, ok: 204},
	"resume-account":  {id: anAccount, ok: 204},
	"reset-password":  {id: anAccount, but: map[access.Role]string{access.SecurityAdmin: "access.reset_apart"}},
	"grant-roles":     {id: anAccount, body: map[string]any{"version": 1, "roles": []string{}}, ok: 204},
	"reset-factor":    {id: anAccount, ok: 204},
	"list-sessions":   {id: anAccount},
	"end-sessions":    {id: anAccount, ok: 204},
	"end-session":     {id: anAccountWithSession, ok: 204},
	"list-identities": {id: anAccount},
	"link-identity":   {id: anAccount, body: map[string]string{"provider": "x", "subject": "y"}, ok: 404}, // of a provider that there is not
	"unlink-identity": {id: anAccountWithIdentity, ok: 204},
	"list-audit":      {id: anEntry, lists: true, query: "limit=200"},
	"verify-audit":    {body: map[string]string{}},

	"watch-events": {stream: true},
	"list-jobs":    {id: aJob, lists: true, query: "limit=200"},
	"get-job":      {id: aJob},
	"cancel-job":   {id: aJob, ok: 204},
	"retry-job":    {id: aCancelledJob, ok: 204},

	"list-keys":   {id: aKey, lists: true, query: "limit=200"},
	"add-key":     {body: func(s *scene) any { return map[string]string{"name": s.mark, "alg": "hmac-sha256"} }, mine: true},
	"confirm-key": {id: aKey, body: map[string]any{"version": 1, "fingerprint": "x"}, ok: 422, self: "apikey.own"},
	"revoke-key":  {id: aKey, body: map[string]any{"version": 1}, ok: 204},

	"list-webhooks":   {id: aWebhook, lists: true, query: "limit=200"},
	"add-webhook":     {body: map[string]string{"url": "https://bank.example.com/"}, mine: true},
	"get-webhook":     {id: aWebhook},
	"edit-webhook":    {id: aWebhook, body: map[string]any{"url": "https://bank.example.com/", "version": 1}, ok: 204},
	"drop-webhook":    {id: aWebhook, ok: 204},
	"rotate-webhook":  {id: aWebhook, body: map[string]any{"version": 1}},
	"ping-webhook":    {id: aWebhook},
	"list-deliveries": {id: aWebhookWithDelivery, lists: true, query: "limit=200"},
	"list-attempts":   {id: aDelivery},
	"replay-delivery": {id: aDelivery, ok: 204},

	"list-messages": {id: aMessage, personal: true, lists: true},
	"read-messages": {body: nothing, ok: 204}, "get-message-settings": {},
	"put-message-settings": {body: map[string]string{"mail": "", "phone": ""}, ok: 204},
	"confirm-mail":         {body: map[string]string{"code": "x"}, ok: 422}, "stop-mail": {query: "token=x", ok: 422},

	"list-fund-sources":             {id: aSource, lists: true, query: "limit=200&year={year}"},
	"add-fund-source":               {body: aSourceAsked},
	"get-fund-source":               {id: aSource},
	"edit-fund-source":              {id: aSource, body: map[string]any{"title": "新名", "version": 1}},
	"allot-fund":                    {id: aSource, body: anAllotment},
	"list-fund-entries":             {id: anEntryOfFund, lists: true, query: "source={id}"},
	"get-fund-entry":                {id: anEntryOfFund},
	"get-fund-statement":            {id: anEntryOfFund, query: "source={id}"},
	"list-fund-statement-lines":     {id: anEntryOfFund, query: "source={id}"},
	"get-fund-execution":            {id: aSource, lists: true, query: "year={year}"},
	"check-fund-ledger":             {},
	"import-fund-bank-lines":        {body: nothing, ok: 422},
	"list-fund-bank-imports":        {id: anImport, lists: true, query: "limit=200"},
	"list-fund-bank-lines":          {id: anImport, lists: true, query: "limit=200&first_on={on}&last_on={on}"},
	"get-fund-reconciliation":       {id: anImport, query: "first_on={on}&last_on={on}", lists: true},
	"list-fund-reconciliation-rows": {id: anImport, query: "limit=200&first_on={on}&last_on={on}", lists: true},
	"list-fund-proposals":           {id: aProposal, lists: true, query: "limit=200"},
	"propose-fund":                  {id: anEntryOfFund, body: aReversal},
	"confirm-fund-proposal":         {id: aProposal, body: map[string]any{"version": 1}},
	"refuse-fund-proposal":          {id: aProposal, body: map[string]any{"version": 1, "reason": "金额有误"}},
	"withdraw-fund-proposal":        {id: aProposalOfOnes, body: map[string]any{"version": 1}},

	"list-runs":             {id: aTrial, hidden: true, lists: true, query: "limit=200"},
	"ask-run":               {body: nothing, ok: 422},
	"get-run":               {id: aTrial, hidden: true},
	"get-run-overview":      {id: aRun, lists: true},
	"confirm-run":           {id: aProposedRun, body: map[string]any{"version": 1}},
	"reject-run":            {id: aProposedRun, body: map[string]any{"version": 1, "note": "口径有误"}},
	"verify-run":            {id: aRun},
	"download-bundle":       {id: aRun},
	"list-run-lines":        {id: aRun, lists: true},
	"list-run-asides":       {id: aRun, lists: true},
	"list-run-totals":       {id: aRun, lists: true},
	"explain-run":           {id: aQueuedRun, hidden: true, ok: 409},
	"compare-runs":          {id: twoRuns},
	"compare-run-payees":    {id: twoRuns, lists: true},
	"compare-run-lines":     {id: twoRuns, lists: true},
	"list-whatifs":          {id: aWhatIf, lists: true, query: "limit=200"},
	"ask-whatif":            {body: nothing, ok: 422},
	"get-whatif":            {id: aWhatIf},
	"list-shifts":           {id: aWhatIf, lists: true, query: "by=bank"},
	"download-whatif-page":  {id: aWhatIf},
	"download-whatif-table": {id: aWhatIf},
	"list-policies":         {id: thePolicy, lists: true, shared: true},
	"get-policy":            {id: thePolicy, shared: true},
	"list-policy-cases":     {id: thePolicy, shared: true},
	"search-policy":         {id: thePolicy, shared: true, query: "q=贷款"},
	"get-cockpit":           {id: aRunInForce, query: "pack={pack}", lists: true},

	"begin-upload":     {body: map[string]any{"name": "a.csv", "size": 3}, mine: true},
	"list-uploads":     {id: anUpload, lists: true, query: "limit=200"},
	"get-upload":       {id: anUpload},
	"put-upload-chunk": {id: anUpload, query: "offset=0", raw: "abc"},
	"finish-upload":    {id: anUpload, body: map[string]string{"sha256": strings.Repeat("0", 64)}, ok: 409},
	"drop-upload":      {id: anUpload, ok: 204},

	"add-submission":           {id: aWholeUpload, body: aDraft, but: withoutRegisters},
	"list-submissions":         {id: aSubmission, lists: true, query: "limit=200"},
	"get-submission":           {id: aSubmission},
	"confirm-submission":       {id: aSubmission, body: map[string]string{"note": "x"}, ok: 409},
	"withdraw-submission":      {id: aSubmission, body: map[string]string{"note": "x"}},
	"recheck-submission":       {id: aSubmission, ok: 204},
	"get-submission-file":      {id: anAcceptedSubmission},
	"list-submission-findings": {id: anAcceptedSubmission},
	"get-receipt":              {id: anAcceptedSubmission},
	"print-receipt":            {id: anAcceptedSubmission},
	"get-signing-keys":         {},
	"list-sets":                {},
	"get-template":             {ok: 404},
	"get-calendar":             {id: anObligationOfOne, lists: true, query: "from=2021-01&to=2021-01"},
	"list-owed":                {id: anObligationOfOne, lists: true, query: "limit=200&from=2021-01&to=2021-01"},
	"list-obligations":         {id: anObligation, lists: true, shared: true, query: "limit=200"},
	"add-obligation":           {body: anObligationAsked},
	"change-obligation":        {id: anObligation, body: anObligationChanged},
	"drop-obligation":          {id: anObligation, query: "version=1", ok: 204},

	"list-claims":             {id: aClaim, lists: true, query: "limit=200"},
	"sum-claims":              {id: aClaimOfItem, lists: true, query: "item={item}"},
	"get-claim":               {id: aClaim},
	"list-waiting":            {},
	"file-claim":              {body: aFiling, foreign: 403},
	"amend-claim":             {id: aSettledClaim, body: map[string]any{"version": 1, "amount_fen": 100}, ok: 409},
	"act-on-claim":            {id: aClaim, body: map[string]any{"verb": "accept", "version": 1}, ok: 409},
	"act-on-claims":           {id: aClaim, body: func(s *scene) any { return map[string]any{"verb": "accept", "claims": []string{s.id}} }, refuses: "subsidy.not_found"},
	"draft-claims":            {id: aRunInForce},
	"get-claim-run":           {id: aDraftedRun},
	"attach-to-claim":         {id: aClaim, query: "name=a.pdf", raw: paper},
	"get-claim-attachment":    {id: anAttachment},
	"drop-claim-attachment":   {id: anOldAttachment, ok: 409},
	"comment-on-claim":        {id: aClaim, body: map[string]any{"text": "请补充说明"}},
	"get-claim-rules":         {},
	"set-claim-rules":         {body: nothing, ok: 422},
	"get-workdays":            {},
	"set-workdays":            {body: nothing, ok: 422},
	"list-notices":            {id: aNotice, lists: true, shared: true, query: "limit=200"},
	"get-notice":              {id: aNotice, shared: true},
	"object-to-notice":        {id: aNotice, shared: true, body: map[string]string{"name": "某人", "contact": "0576-1111", "text": "有不同意见"}},
	"publish-notice":          {id: aClearedClaim, body: aNoticeAsked},
	"list-objections":         {id: anObjection, lists: true, query: "limit=200&notice={notice}"},
	"answer-objection":        {id: anObjection, body: map[string]any{"version": 1, "outcome": "dismissed", "answer": "经核实无误"}},
	"list-payee-accounts":     {id: aPayee, lists: true, query: "limit=200"},
	"set-payee-account":       {id: aPayeeWithClaim, body: anAccountOfPayee, foreign: 403},
	"confirm-payee-account":   {id: aPayee, body: map[string]any{"version": 1}},
	"list-payment-orders":     {id: anOrder, lists: true, query: "limit=200"},
	"get-payment-order":       {id: anOrder},
	"prepare-payment-order":   {id: aClearedClaim, body: anOrderAsked, ok: 409},
	"release-payment-order":   {id: anOrder, body: map[string]any{"version": 1}},
	"cancel-payment-order":    {id: anOrder, body: map[string]any{"version": 1, "reason": "重开"}},
	"get-payment-order-pdf":   {id: anOrder},
	"get-payment-order-xlsx":  {id: anOrder},
	"register-receipt":        {id: aPayment, body: map[string]any{"no": "HD1", "payee": "某行", "tail": "7890", "amount_fen": 100, "on": "2024-10-01"}, ok: 409},
	"register-failed-payment": {id: aPayment, body: map[string]any{"reason": "退票"}, ok: 409},
	"match-receipts":          {id: anOrder, body: map[string]any{"receipts": []any{map[string]any{"no": "HD1", "payee": "x", "tail": "1", "amount_fen": 1, "on": "2024-10-01"}}}},
	"list-claim-samples":      {id: aSample, lists: true, query: "policy={policy}"},
	"draw-claim-sample":       {body: nothing, ok: 422},
	"get-claim-sample":        {id: aSample},
	"record-finding":          {id: aClaim, body: map[string]any{"outcome": "clean", "text": "看过了"}, ok: 409},
	"list-clawbacks":          {id: aClawback, lists: true, query: "limit=200"},
	"get-clawback":            {id: aClawback},
	"get-clawback-pdf":        {id: aClawback},
	"propose-clawback":        {id: aClaim, body: aReturnAsked, ok: 409},
	"act-on-clawback":         {id: aClawback, body: map[string]any{"verb": "go_on", "reason": "再催", "version": 1}, ok: 409},
	"register-return":         {id: aClawback, body: map[string]any{"no": "HD1", "amount_fen": 100, "on": "2024-10-01"}, ok: 409},

	"list-codes":       {id: aCode, lists: true, query: "limit=200&text={number}"},
	"make-code":        {body: aCodeAsked},
	"get-code":         {id: aCode},
	"revoke-code":      {id: aCode, body: map[string]any{"version": 1, "reason": "换码"}},
	"get-code-funnel":  {id: aCode},
	"get-code-picture": {id: aCode},
	"get-code-sheet":   {id: aCode},
	"get-scan":         {id: aCode, shared: true},
	"count-scan":       {id: aCode, shared: true, body: func(s *scene) any { return map[string]string{"token": s.vars["token"]} }},

	"list-snapshots":         {id: aSnapshot, lists: true, query: "limit=200"},
	"get-snapshot":           {id: aSnapshot},
	"list-snapshot-findings": {id: aSnapshot, ok: 409},
}

// withoutRegisters: nobody's submission can be checked while the office has handed in
// none.
var withoutRegisters = map[access.Role]string{
	access.Bank: "reporting.no_registers", access.BankLead: "reporting.no_registers", access.Guarantor: "reporting.no_registers",
}

// nothing is a body that has nothing of what is asked for.
var nothing = map[string]any{}
