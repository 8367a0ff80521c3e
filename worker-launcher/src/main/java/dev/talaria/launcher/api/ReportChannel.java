package dev.talaria.launcher.api;

/**
 * The way to the boards. Called in order for each run, at times from several threads for different runs; must not block for
 * long, nor throw because the way is closed at the moment: what is not answered is sent again by {@link ReportDesk#resend}.
 */
public interface ReportChannel {
  void send(Report report);
}
