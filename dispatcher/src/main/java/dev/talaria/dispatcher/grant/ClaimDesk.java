package dev.talaria.dispatcher.grant;

import dev.talaria.board.Tx;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.placement.Candidate;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import java.util.List;
import java.util.Map;

/** Answers claims: with work that the claimer fits, by the labels in its claim and the places in its last beat. */
public final class ClaimDesk {
  private final String host;
  private final LauncherDirectory launchers;
  private final Granting granting;
  private final DirectGrants direct;

  /** @param host the board's own */
  public ClaimDesk(
      String host, LauncherDirectory launchers, Granting granting, DirectGrants direct) {
    this.host = host;
    this.launchers = launchers;
    this.granting = granting;
    this.direct = direct;
  }

  /** Answers one. */
  public void answer(Tx tx, Turn turn, Claim claim) {
    LauncherBeat beat = launchers
        .latest(claim.asker())
        .filter(it -> it.instance().equals(claim.instance()))
        .orElse(null);
    List<java.nio.file.Path> places =
        beat == null ? List.of() : Candidate.of(beat, host).places();
    var taker = new Candidate(
        claim.asker(),
        claim.asker().host().equals(host),
        claim.labels(),
        places,
        Map.of(claim.lane().name(), claim.slots()),
        Map.of(),
        null);
    granting.answer(tx, turn, claim, taker, direct.allowed(claim.asker(), claim.slots()));
  }
}
