#!/usr/bin/env python3
"""Explores every order of events of the protocol by which a run is granted, started, taken back and ended.

One task and two launchers of one slot each, within bounds on how often things go wrong. A worker is a process that outlives
its launcher; ending one takes two steps; messages wait for any time and overtake each other. See docs/architecture.md.

  python3 claim_protocol.py                 all rules hold: says how many states there are, and that none is bad
  python3 claim_protocol.py <rule> ...      without these rules: shows the shortest way to a bad state
  python3 claim_protocol.py --each          both, for every rule alone; exit 0 if each of them is needed

Rules:
  start_entry  whoever makes the entry start first decides whether a run starts; a shim quits if it is there
  incarnation  a beat closes a run that it does not list only when it is of a later start than the run was granted to
  gone         ... and only when the one that the run was granted to is gone: a second launcher of that name closes nothing
  fence        a report of a run that is not the task's own any more changes nothing
  two_phase    a run that has not started is taken back by asking its launcher, which decides by start
  hold         a decision is applied to the hold that it is for, and to nothing else
  last_word    the end of a run is reported after everything that its worker said was answered
  slots        work is taken for free slots only, and a worker that lives holds its slot
  stop         the worker of a run that was closed is stopped, until its launcher says that it has ended
  sweep        a launcher without its run directories ends workers of its own before it beats
"""
import sys
from collections import deque, namedtuple

RULES = ('start_entry', 'incarnation', 'gone', 'fence', 'two_phase', 'hold', 'last_word', 'slots', 'stop', 'sweep')
RUNS = 2

# A launcher. disk: (run, start, end), start: None, 'shim', 'tomb'; end: None, 'exit', 'acked'.
# forked: runs that the forker has yet to start. procs: (run, 'live' | 'said' | 'killing'); said: it has completed its task.
L = namedtuple('L', 'up inc pending disk forked procs')
# The board. fate: (run, why it is closed): lost, back, exit, done. owed: closed (launcher, run) whose end was not heard of.
S = namedtuple('S', 'status run holder hinc hold fate owed msgs ls started left')
# How often each may happen; a scenario bounds them together, since each alone multiplies the states.
Faults = namedtuple('Faults', 'crash wipe lost revoke again fail')
SCENARIOS = (
    Faults(crash=1, wipe=0, lost=1, revoke=0, again=0, fail=0),
    Faults(crash=0, wipe=1, lost=0, revoke=0, again=0, fail=1),
    Faults(crash=0, wipe=0, lost=1, revoke=0, again=1, fail=1),
    Faults(crash=1, wipe=0, lost=0, revoke=1, again=1, fail=0),
    Faults(crash=0, wipe=0, lost=1, revoke=1, again=0, fail=0),
)
BY_THEMSELVES = ('crash', 'wipe', 'lost', 'revoke', 'again', 'complete', 'exit', 'dies')


def first(scenario):
    idle = L(True, 0, False, (), (), ())
    return S('ready', 0, None, 0, None, (), (), (), (idle, idle), (), scenario)


def plus(of, *more):
    return tuple(sorted(set(of) | set(more)))


def minus(of, *less):
    return tuple(x for x in of if x not in less)


def entry(launcher, run):
    return next((e for e in launcher.disk if e[0] == run), None)


def put(launcher, run, start, end):
    kept = tuple(e for e in launcher.disk if e[0] != run)
    return launcher._replace(disk=tuple(sorted(kept + ((run, start, end),), key=lambda e: e[0])))


class Model:
    def __init__(self, dropped):
        self.dropped = dropped

    def has(self, rule):
        return rule not in self.dropped

    def free(self, launcher):
        if not self.has('slots'):
            return True
        return not launcher.procs and not launcher.forked and all(end for _, _, end in launcher.disk)

    @staticmethod
    def using(s, fault):
        left = getattr(s.left, fault)
        return s._replace(left=s.left._replace(**{fault: left - 1})) if left else None

    @staticmethod
    def with_launcher(s, i, launcher):
        return s._replace(ls=tuple(launcher if j == i else x for j, x in enumerate(s.ls)))

    @staticmethod
    def send(s, *messages):
        return s._replace(msgs=plus(s.msgs, *messages))

    @staticmethod
    def is_current(s, i, run):
        return s.status == 'running' and s.run == run and s.holder == i

    @staticmethod
    def close(s, why, status, ended):
        """The board closes the open run; unless its end is known, its launcher owes it."""
        owed = s.owed if ended else plus(s.owed, (s.holder, s.run))
        return s._replace(status=status, holder=None, fate=plus(s.fate, (s.run, why)), owed=owed)

    def steps(self, s):
        out = []
        self.board(s, out)
        for i, launcher in enumerate(s.ls):
            self.processes(s, i, launcher, out)
            if launcher.up:
                self.awake(s, i, launcher, out)
            else:
                self.restart(s, i, launcher, out)
        for message in s.msgs:
            rest = s._replace(msgs=minus(s.msgs, message))
            getattr(self, 'on_' + message[0])(s, rest, message, out)
        return out

    # ---- what each does by itself

    def board(self, s, out):
        if s.hold is not None:
            out.append(('fallback', s._replace(status='ready', hold=None)))
        if s.status == 'running':
            i = s.holder
            lost = self.using(s, 'lost')
            if lost:
                out.append(('lost', self.close(lost, 'lost', 'ready', False)))
            again = self.using(s, 'again')
            if again:
                out.append(('again', self.send(again, ('reply', i, s.hinc, s.run))))
            revoke = self.using(s, 'revoke')
            if revoke and self.has('two_phase'):
                out.append(('revoke', self.send(revoke, ('revoke', i, s.hinc, s.run))))
            elif revoke:
                out.append(('revoke', self.close(revoke, 'back', 'ready', False)))
        if self.has('stop'):
            for i, run in s.owed:
                if s.ls[i].up and ('stop', i, run) not in s.msgs:
                    out.append((f'sendstop{i}.{run}', self.send(s, ('stop', i, run))))

    def processes(self, s, i, launcher, out):
        """Shims and workers, which need no launcher."""
        for run in launcher.forked:
            rest = launcher._replace(forked=minus(launcher.forked, run))
            e = entry(launcher, run)
            if e and (e[1] is None or not self.has('start_entry')):
                begun = put(rest, run, 'shim', None)._replace(procs=plus(rest.procs, (run, 'live')))
                n = self.with_launcher(s, i, begun)
                out.append((f'start{i}.{run}', n._replace(started=tuple(sorted(n.started + (run,))))))
            else:
                out.append((f'quit{i}.{run}', self.with_launcher(s, i, rest)))
        for run, phase in launcher.procs:
            rest = launcher._replace(procs=minus(launcher.procs, (run, phase)))
            gone = put(rest, run, 'shim', 'exit') if entry(launcher, run) else rest
            if phase == 'live':
                said = rest._replace(procs=plus(rest.procs, (run, 'said')))
                out.append((f'complete{i}.{run}', self.send(self.with_launcher(s, i, said), ('complete', i, run))))
                failed = self.using(s, 'fail')
                if failed:
                    out.append((f'dies{i}.{run}', self.with_launcher(failed, i, gone)))
            elif phase == 'said':
                out.append((f'exit{i}.{run}', self.with_launcher(s, i, gone)))
            else:
                out.append((f'killed{i}.{run}', self.with_launcher(s, i, gone)))

    def awake(self, s, i, launcher, out):
        if not launcher.pending and s.status == 'ready' and s.run < RUNS and self.free(launcher):
            claimed = launcher._replace(pending=True)
            out.append((f'claim{i}', self.send(self.with_launcher(s, i, claimed), ('claim', i, launcher.inc))))
        if launcher.pending and not any(m[0] in ('claim', 'reply') and m[1:3] == (i, launcher.inc) for m in s.msgs):
            out.append((f'giveup{i}', self.with_launcher(s, i, launcher._replace(pending=False))))
        for run, start, end in launcher.disk:
            unanswered = ('complete', i, run) in s.msgs
            if start == 'shim' and end == 'exit' and ('exited', i, run) not in s.msgs and not (unanswered and self.has('last_word')):
                out.append((f'report{i}.{run}', self.send(s, ('exited', i, run))))
        if s.status == 'running':
            # its own beat, or that of a launcher of the same name elsewhere, which has a later number
            mine = s.holder == i
            listed = any(run == s.run and end != 'acked' for run, _, end in launcher.disk)
            later = not mine or launcher.inc > s.hinc or not self.has('incarnation')
            gone = mine or not self.has('gone')
            if not listed and later and gone:
                if mine and self.has('incarnation'):
                    out.append((f'beat{i}', self.send(s, ('beat', i, launcher.inc, s.run))))
                else:
                    out.append((f'beat{i}', self.close(s, 'back', 'ready', True)))
        crashed = self.using(s, 'crash')
        if crashed:
            out.append((f'crash{i}', self.with_launcher(crashed, i, launcher._replace(up=False, pending=False))))
        wiped = self.using(s, 'wipe')
        if wiped:
            bare = launcher._replace(up=False, pending=False, disk=(), forked=())
            out.append((f'wipe{i}', self.with_launcher(wiped, i, bare)))

    def restart(self, s, i, launcher, out):
        fresh = launcher._replace(up=True, inc=launcher.inc + 1)
        never = []
        for run, start, end in launcher.disk:
            if start is None:
                never.append(('never', i, run))
                if self.has('start_entry'):
                    fresh = put(fresh, run, 'tomb', 'exit')
        if self.has('sweep'):
            fresh = fresh._replace(procs=tuple(p for p in fresh.procs if entry(fresh, p[0])))
        out.append((f'restart{i}', self.send(self.with_launcher(s, i, fresh), *never)))

    # ---- what each does with a message; rest is the state without it

    def on_claim(self, s, rest, m, out):
        _, i, inc = m
        if s.status == 'ready' and s.run < RUNS:
            granted = rest._replace(status='running', run=s.run + 1, holder=i, hinc=inc)
            out.append((f'grant{i}', self.send(granted, ('reply', i, inc, s.run + 1))))
        else:
            out.append((f'refuse{i}', self.send(rest, ('reply', i, inc, 0))))

    def on_reply(self, s, rest, m, out):
        _, i, inc, run = m
        launcher = s.ls[i]
        if not launcher.up or launcher.inc != inc:
            out.append((f'late{i}', rest))
            return
        answered = launcher._replace(pending=False)
        if run == 0 or entry(launcher, run):
            out.append((f'known{i}', self.with_launcher(rest, i, answered)))
        elif self.free(launcher):
            taken = put(answered, run, None, None)
            out.append((f'take{i}.{run}', self.with_launcher(rest, i, taken._replace(forked=plus(taken.forked, run)))))
        else:
            back = self.with_launcher(rest, i, put(answered, run, 'tomb', 'exit'))
            out.append((f'giveback{i}.{run}', self.send(back, ('never', i, run))))

    def on_complete(self, s, rest, m, out):
        _, i, run = m
        if self.is_current(s, i, run) or not self.has('fence') and s.status in ('ready', 'running'):
            out.append((f'done{i}.{run}', self.close(rest, 'done', 'done', False)._replace(hold=None)
                        if s.status == 'running' else rest._replace(status='done', hold=None)))
        else:
            why = dict(s.fate).get(run)
            out.append((f'refused{i}.{run}', rest if why not in (None, 'exit') else rest._replace(fate=plus(s.fate, (run, 'mute')))))

    def on_exited(self, s, rest, m, out):
        _, i, run = m
        launcher = s.ls[i]
        n = rest._replace(owed=minus(rest.owed, (i, run)))
        if launcher.up and entry(launcher, run):
            n = self.with_launcher(n, i, put(launcher, run, entry(launcher, run)[1], 'acked'))
        if self.is_current(s, i, run) or not self.has('fence') and s.status == 'running':
            held = self.close(n, 'exit', 'held', True)._replace(hold=run)
            out.append((f'failed{i}.{run}', self.send(held, ('decision', run))))
        else:
            out.append((f'noted{i}.{run}', n))

    def on_never(self, s, rest, m, out):
        _, i, run = m
        launcher = s.ls[i]
        n = rest._replace(owed=minus(rest.owed, (i, run)))
        if launcher.up and entry(launcher, run) and entry(launcher, run)[1] == 'tomb':
            n = self.with_launcher(n, i, put(launcher, run, 'tomb', 'acked'))
        if self.is_current(s, i, run):
            out.append((f'neverstarted{i}.{run}', self.close(n, 'back', 'ready', True)))
        else:
            out.append((f'noted{i}.{run}', n))

    def on_beat(self, s, rest, m, out):
        _, i, inc, missing = m
        if self.is_current(s, i, missing) and inc > s.hinc:
            out.append((f'missing{i}.{missing}', self.close(rest, 'back', 'ready', True)))
        else:
            out.append((f'oldbeat{i}', rest))

    def on_decision(self, s, rest, m, out):
        if s.hold == m[1] or not self.has('hold') and s.status != 'done':
            out.append(('decided', rest._replace(status='ready', hold=None)))
        else:
            out.append(('latedecision', rest))

    def on_revoke(self, s, rest, m, out):
        _, i, inc, run = m
        launcher = s.ls[i]
        if not launcher.up or launcher.inc != inc:
            out.append((f'laterevoke{i}', rest))
        else:
            self.taken_back(rest, i, launcher, run, False, out)

    def on_stop(self, s, rest, m, out):
        _, i, run = m
        if s.ls[i].up:
            self.taken_back(rest, i, s.ls[i], run, True, out)
        else:
            out.append((f'latestop{i}', rest))

    def taken_back(self, rest, i, launcher, run, kill, out):
        """Whoever makes the entry start first has decided; one that runs is ended if its run is closed."""
        e = entry(launcher, run)
        if e is None or e[1] in (None, 'tomb'):
            n = self.with_launcher(rest, i, put(launcher, run, 'tomb', 'exit'))
            out.append((f'entomb{i}.{run}', self.send(n, ('never', i, run))))
            return
        procs = tuple(p for p in launcher.procs if p[0] == run)
        if kill and procs:
            killing = minus(launcher.procs, *procs) + ((run, 'killing'),)
            out.append((f'kill{i}.{run}', self.with_launcher(rest, i, launcher._replace(procs=tuple(sorted(killing))))))
        elif kill and e[2] == 'acked':
            out.append((f'ended{i}.{run}', self.send(rest, ('never', i, run))))
        else:
            out.append((f'goeson{i}.{run}', rest))

    # ---- what must never be

    def wrong(self, s, steps):
        if len(set(s.started)) != len(s.started):
            return 'a run was started twice'
        lost = {run for run, why in s.fate if why == 'lost'}
        living = [p[0] for launcher in s.ls for p in launcher.procs if p[0] not in lost]
        if len(living) > 1:
            return 'two workers are at work on the task, and no launcher was lost'
        if any(len(launcher.procs) > 1 for launcher in s.ls):
            return 'a launcher has more workers than slots'
        if s.status == 'done' and (s.run, 'done') not in s.fate:
            return 'the task was done by a run that is not its own any more'
        if any(why == 'mute' for _, why in s.fate):
            return 'a completion was refused although nobody had taken the run from its worker'
        if all(name.startswith(BY_THEMSELVES) for name, _ in steps):
            return self.stuck(s)
        return None

    @staticmethod
    def stuck(s):
        """Nobody has anything left to do but workers."""
        working = {(i, p[0]) for i, launcher in enumerate(s.ls) for p in launcher.procs}
        if s.status == 'running' and (s.holder, s.run) not in working:
            return 'the task is running, and nobody works on it or will'
        closed = {run for run, why in s.fate if why != 'done'}
        if any(run in closed for _, run in working):
            return 'the worker of a closed run goes on, and nobody will stop it'
        return None


def explore(scenario, dropped):
    """Says how many states there are, and the way to the first bad one."""
    model = Model(dropped)
    start = first(scenario)
    came_from = {start: None}
    queue = deque([start])
    while queue:
        s = queue.popleft()
        steps = model.steps(s)
        why = model.wrong(s, steps)
        if why:
            path = []
            at = s
            while came_from[at]:
                name, at = came_from[at]
                path.append(name)
            return len(came_from), f'{why}: ' + ' '.join(reversed(path))
        for name, n in steps:
            if n not in came_from:
                came_from[n] = (name, s)
                queue.append(n)
    return len(came_from), None


def check(dropped):
    total = 0
    for scenario in SCENARIOS:
        states, violation = explore(scenario, dropped)
        total += states
        if violation:
            print(f"without {' '.join(sorted(dropped)) or 'nothing'}: {total} states, VIOLATION: {violation}")
            return False
    print(f"without {' '.join(sorted(dropped)) or 'nothing'}: {total} states, no violation")
    return True


def main(arguments):
    if arguments == ['--each']:
        sound = check(set())
        needed = [not check({rule}) for rule in RULES]
        return 0 if sound and all(needed) else 1
    unknown = set(arguments) - set(RULES)
    if unknown:
        print(f"No such rule: {', '.join(sorted(unknown))}. Rules: {', '.join(RULES)}.", file=sys.stderr)
        return 2
    return 0 if check(set(arguments)) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
