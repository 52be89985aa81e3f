<?php
// Reads vCards with sabre/vobject, one a request on standard input (its length in a line before it), and writes them again.
error_reporting(0);
date_default_timezone_set('UTC');
require_once 'Sabre/VObject/autoload.php';

while (($length = fgets(STDIN)) !== false) {
    $text = stream_get_contents(STDIN, (int) $length);
    try {
        $written = Sabre\VObject\Reader::read($text, Sabre\VObject\Reader::OPTION_FORGIVING)->serialize();
    } catch (Exception $refused) {
        $written = '';
    }
    echo strlen($written), "\n", $written;
}
