"""Components as XML, and the WSDL that says what they may hold."""
