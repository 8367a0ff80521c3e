package dev.talaria.cli.replay.topic;

/** Who waits for a scan. Called by several threads. */
public interface ScanProgress {
  /** Nobody. */
  ScanProgress SILENT = new ScanProgress() {
    @Override
    public void begun(long offsets) {}

    @Override
    public void read(long offsets) {}

    @Override
    public void ended() {}
  };

  /** A scan of so many offsets begins. */
  void begun(long offsets);

  /** So many more of them were read. */
  void read(long offsets);

  /** The scan is over, whether it came to its end or not. */
  void ended();
}
