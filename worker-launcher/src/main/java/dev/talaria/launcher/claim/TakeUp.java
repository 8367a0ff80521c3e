package dev.talaria.launcher.claim;

import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up what an earlier start of the launcher left, from the run directories. */
final class TakeUp {
  private static final Logger log = LoggerFactory.getLogger(TakeUp.class);

  private final RunDirectories directories;
  private final HeldRuns runs;
  private final RunParts parts;
  private final Slots slots;
  private final Wire wire;

  TakeUp(RunDirectories directories, HeldRuns runs, RunParts parts, Slots slots, Wire wire) {
    this.directories = directories;
    this.runs = runs;
    this.parts = parts;
    this.slots = slots;
    this.wire = wire;
  }

  void all() throws IOException {
    for (RunDirectory directory : directories.list()) {
      if (!directory.acknowledged()) {
        one(directory);
      }
    }
    parts.desk().resend();
  }

  private void one(RunDirectory directory) throws IOException {
    byte[] bytes = directory.grant().filter(grant -> grant.length > 0).orElse(null);
    if (bytes == null) {
      // made and not yet filled, or a power cut took it: nothing runs, and its board gives it again
      // or takes it back
      directories.remove(directory);
      return;
    }
    try {
      HeldRun held = new HeldRun(directory, (Grant) wire.decode(bytes, Reply.class));
      runs.put(held);
      slots.occupy(directory.run(), held.lane());
      parts.open(directory, held.grant());
      parts.elsewhere().adopt(directory, held.grant().place().host());
    } catch (MalformedMessageException | ClassCastException e) {
      log.error(
          "The grant of run {} cannot be read; look at {}: {}",
          directory.run(),
          directory,
          e.getMessage());
    }
  }
}
