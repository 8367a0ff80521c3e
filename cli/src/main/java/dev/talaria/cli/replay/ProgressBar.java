package dev.talaria.cli.replay;

import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.ScanProgress;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * How far a scan has come, in a line of stderr that is written over and at last wiped; for a person at a terminal. The share
 * is true: both ends of every partition are known. Thread-safe.
 */
final class ProgressBar implements ScanProgress {
  private static final int WIDTH = 30;
  private static final long EACH_NANOS = 100_000_000L;
  private static final String WIPE = "\r\u001b[K";

  private final PrintWriter err;
  private final Session session;
  private final String what;
  private long total;
  private long done;
  private long shownAt;
  private boolean shown;

  private ProgressBar(Session session, String what) {
    this.session = session;
    this.err = session.err();
    this.what = what;
  }

  /** One for this session; silent where stderr is no terminal. */
  static ScanProgress of(Session session, String what) {
    return session.terminal().interactive() ? new ProgressBar(session, what) : SILENT;
  }

  @Override
  public synchronized void begun(long offsets) {
    total = offsets;
    done = 0;
    shownAt = System.nanoTime(); // what is over at once needs no bar
  }

  @Override
  public synchronized void read(long offsets) {
    done += offsets;
    long now = System.nanoTime();
    if (now - shownAt >= EACH_NANOS && total > 0) {
      shownAt = now;
      shown = true;
      err.print(WIPE + line(what, done, total, session.terminal().width()));
      err.flush();
    }
  }

  @Override
  public synchronized void ended() {
    if (shown) {
      err.print(WIPE);
      err.flush();
      shown = false;
    }
  }

  static String line(String what, long done, long total, int width) {
    int filled = (int) (WIDTH * done / total);
    String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    String line = String.format(
        Locale.ROOT, "%s [%s] %d %%  %,d of %,d", what, bar, 100 * done / total, done, total);
    return line.length() < width ? line : line.substring(0, width - 1);
  }
}
