/**
 * Version of the generated contracts. The first number grows when a reader of the old one could no
 * longer understand what is sent, as do the versions inside the messages.
 */
export const contractsVersion = '1.0.0';
