<?php
// SabreDAV 1.8 behind PHP's own web server; the database is named by DAV_DB, where its addresses begin by DAV_BASE.
error_reporting(0);
date_default_timezone_set('UTC');
require_once 'Sabre/autoload.php';

class Users extends Sabre\DAV\Auth\Backend\AbstractBasic {
    protected function validateUserPass($user, $password) {
        return $user === 'alice' && $password === 'secret';
    }
}

$database = new PDO('sqlite:' . getenv('DAV_DB'));
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$principals = new Sabre\DAVACL\PrincipalBackend\PDO($database);
$books = new Sabre\CardDAV\Backend\PDO($database);
$server = new Sabre\DAV\Server([
    new Sabre\DAVACL\PrincipalCollection($principals),
    new Sabre\CardDAV\AddressBookRoot($principals, $books),
]);
$server->setBaseUri(getenv('DAV_BASE') ?: '/');
$server->addPlugin(new Sabre\DAV\Auth\Plugin(new Users(), 'SabreDAV'));
$server->addPlugin(new Sabre\CardDAV\Plugin());
$server->addPlugin(new Sabre\DAVACL\Plugin());
$server->exec();
