package dev.talaria.cli;

/** A verb that runs services. Its class needs the full class path, so that it is named here and loaded when invoked. */
public interface ServiceVerb {
  /** As it is typed. */
  String verb();

  /** One line for the list of verbs. */
  String description();
}
