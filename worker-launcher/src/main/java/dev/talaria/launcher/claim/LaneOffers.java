package dev.talaria.launcher.claim;

import dev.talaria.protocol.id.Lane;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Takes offers of every lane, each in a share group of its own. In one group for all, its coordinator would divide the lanes
 * among the launchers: with two launchers of the same two lanes each would see one, and the work of a launcher that is lost
 * would wait for the end of its session.
 */
public final class LaneOffers implements AutoCloseable {
  private final List<OfferTaker> takers;

  /**
   * One taker for each lane.
   *
   * @param taker makes a lane's own
   */
  public LaneOffers(Collection<Lane> lanes, Function<Lane, OfferTaker> taker) {
    this.takers = lanes.stream().sorted().map(taker).toList();
  }

  public void start() {
    takers.forEach(OfferTaker::start);
  }

  /** Whether all lanes' topics are there, so that offers can come. */
  public boolean isPrepared() {
    return takers.stream().allMatch(OfferTaker::isPrepared);
  }

  /** A claim was answered: what it did not get can be claimed elsewhere. */
  public void answered(String claim) {
    takers.stream().filter(taker -> taker.isOwn(claim)).forEach(taker -> taker.answered(claim));
  }

  @Override
  public void close() {
    takers.parallelStream().forEach(OfferTaker::close);
  }
}
