// SPDX-License-Identifier: Apache-2.0
// Nodes as Prometheus sees them, minute by minute for three hours: one that is
// well, and for each of doc/alerts.yaml one that has something. In the notation
// of "promtool test rules": 0+5x180 begins at 0 and goes up by 5.
'use strict'

const bucket = (le) => `ilpd_ledger_commit_seconds_bucket{le="${le}"}`

const WELL = {
  'up{job="ilpd"}': '1x180',
  'ilpd_ready': '1x180',
  'ilpd_ledger_trouble': '0x180',
  'ilpd_ledger_failed': '0x180',
  [bucket('0.131072')]: '0+100x180',
  [bucket('0.524288')]: '0+100x180',
  [bucket('+Inf')]: '0+100x180',
  'ilpd_late_total': '3x180',
  'ilpd_lost_answers_total': '3x180',
  'ilpd_accounts_in_doubt': '0x180',
  'ilpd_accounts_unresolved': '0x180',
  'ilpd_accounts_connected': '10x180',
  'ilpd_account_connected{account="a"}': '1x180',
  'ilpd_account_stopped{account="a"}': '0x180',
  'ilpd_account_connected{account="stopped"}': '0x180',
  'ilpd_account_stopped{account="stopped"}': '1x180',
  'ilpd_rate_pairs{state="old"}': '0x180',
  'ilpd_rate_pairs{state="none"}': '4x180',
  'ilpd_refusals_total{reason="no_rate"}': '0x180',
  'ilpd_refusals_total{reason="no_route"}': '0+190x180',
  'ilpd_refusals_total{reason="timed_out"}': '0+10x180',
  'ilpd_prepares_total': '0+1000x180',
  'ilp_connector_balance{account="a"}': '89x180',
  'ilpd_account_maximum{account="a"}': '100x180',
  'ilp_connector_balance{account="endless"}': '1000000x180',
  'ilpd_account_maximum{account="endless"}': Array(181).fill('Inf').join(' '),
  'ilpd_alerts': '0x180'
}

// By the name of the rule: what is different.
const WRONG = {
  IlpdDown: { 'up{job="ilpd"}': '1x170 0x10' },
  IlpdNotReady: { ilpd_ready: '1x170 0x10' },
  IlpdLedgerWaits: { ilpd_ledger_trouble: '0x170 1x10' },
  IlpdLedgerSlow: { [bucket('0.131072')]: '0+98x180' },
  IlpdLate: { ilpd_late_total: '3x170 4x10' },
  IlpdInDoubt: { ilpd_accounts_in_doubt: '2x180' },
  IlpdUnresolved: { ilpd_accounts_unresolved: '0x170 2x10' },
  IlpdPeerDisconnected: { 'ilpd_account_connected{account="a"}': '1x170 0x10' },
  IlpdManyDisconnected: { ilpd_accounts_connected: '10x170 4x10' },
  IlpdRatesOld: { 'ilpd_rate_pairs{state="old"}': '0x170 2x10' },
  IlpdNoRate: { 'ilpd_refusals_total{reason="no_rate"}': '0x170 0+1x10' },
  IlpdRefusalsRising: { 'ilpd_refusals_total{reason="no_route"}': '0+190x160 30400+500x20' },
  IlpdExpiryRising: { 'ilpd_refusals_total{reason="timed_out"}': '0+10x170 1700+60x10' },
  IlpdLostAnswers: { ilpd_lost_answers_total: '3x170 5x10' },
  IlpdBalanceNearMaximum: { 'ilp_connector_balance{account="a"}': '89x170 91x10' },
  IlpdOperatorAlerts: { ilpd_alerts: '0x170 1x10' }
}

// By the name of the rule: is it told by the end?
const told = (name, yes) => ({
  expr: `count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)`,
  eval_time: '180m',
  exp_samples: [{ labels: '{}', value: yes ? 1 : 0 }]
})

const world = (title, series, tests) => ({
  name: title,
  interval: '1m',
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  promql_expr_test: tests
})

// What "promtool test rules" reads, of rules in a file: nobody is told of a node
// that is well, and each rule tells of what it is for.
function worlds (file) {
  const names = Object.keys(WRONG)
  return JSON.stringify({
    rule_files: [file],
    evaluation_interval: '1m',
    tests: [
      world('all is well', WELL, names.map((name) => told(name, false))),
      ...names.map((name) => world(name, { ...WELL, ...WRONG[name] }, [told(name, true)]))
    ]
  })
}

module.exports = { names: Object.keys(WRONG), worlds }
