package dev.talaria.dispatcher.offer;

import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.BoardCommand.Claim;
import dev.talaria.protocol.message.Offer;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Offers a board's ready work to launchers elsewhere. Only lanes that some launcher serves are offered: a lane's topic is
 * made by its launchers, never by a task. Never waits for Kafka. Used by the board's owner thread alone.
 */
public final class Offers {
  private static final Duration LOST_AFTER = Duration.ofSeconds(2);

  private final BoardKey board;
  private final OfferSender sender;
  private final Wire wire;
  private final InstantSource clock;
  private final LauncherDirectory launchers;
  private final @Nullable LauncherKey direct;
  private final OfferLedger ledger;
  private final ApplyListener listener;

  /**
   * For one board.
   *
   * @param direct the launcher that needs no offers, or null
   * @param window the most offers of one lane that are out at once
   */
  public Offers(
      BoardKey board,
      OfferSender sender,
      Wire wire,
      InstantSource clock,
      LauncherDirectory launchers,
      @Nullable LauncherKey direct,
      int window,
      ApplyListener listener) {
    this.board = board;
    this.sender = sender;
    this.wire = wire;
    this.clock = clock;
    this.launchers = launchers;
    this.direct = direct;
    this.listener = listener;
    this.ledger = new OfferLedger(window, LOST_AFTER);
  }

  /** Notes the offers that claims took; says whether any launcher elsewhere could use offers at all. */
  public boolean wanted(List<Claim> claims, long nowNanos) {
    claims.forEach(claim -> ledger.taken(claim.lane(), claim.offersTaken(), nowNanos));
    return launchers.all().stream().anyMatch(this::takesOffers);
  }

  /** Sends offers for what is ready, lane by lane, as far as none are out for it. */
  public void offer(Map<String, Long> readyByLane, long nowNanos) {
    readyByLane.forEach((name, ready) -> {
      if (Lane.isLane(name)) {
        offer(new Lane(name), (int) Math.min(ready, Integer.MAX_VALUE), nowNanos);
      }
    });
  }

  private void offer(Lane lane, int ready, long nowNanos) {
    List<LauncherBeat> serving = launchers.serving(lane, nowNanos).stream()
        .filter(beat -> takesOffers(beat) && !isDrained(beat))
        .toList();
    if (serving.isEmpty() || !sender.reaches(lane, nowNanos)) {
      return;
    }
    boolean free = serving.stream().anyMatch(beat -> beat.free() > 0);
    int count = ledger.toSend(lane, ready, free, nowNanos);
    byte[] key = board.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < count; i++) {
      byte[] value = wire.encode(new Offer(board, lane, "", clock.millis()));
      sender.send(lane, key, value, nowNanos);
    }
    if (count > 0) {
      listener.offered(board, lane, count);
    }
  }

  /** It takes no new work on an operator's order. */
  private static boolean isDrained(LauncherBeat beat) {
    var standing = beat.standing();
    return standing != null && standing.drain() != null;
  }

  private boolean takesOffers(LauncherBeat beat) {
    return !beat.farewell() && !beat.launcher().equals(direct);
  }
}
